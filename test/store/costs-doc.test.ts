import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { costsPage } from '../../bench/costs/page.ts';
import type { Engine } from '../../local/engine.ts';
import { engineWithTables } from '../support/stack-tables.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWithTables();
});
afterAll(() => engine.close());

test('docs/costs.md is what the benches, the template and the prices come to: npm run costs writes it', async () => {
  const page = readFileSync(new URL('../../docs/costs.md', import.meta.url), 'utf8');
  expect(await costsPage(inject('assembly'), engine.endpoint)).toBe(page);
});
