import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { costsPage } from '../../bench/costs/page.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { makeTables } from '../../local/tables.ts';
import { readStack } from '../../local/template.ts';

const place = { region: 'us-east-1', accountId: '123456789012', issuer: 'https://issuer.example' };

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
  await makeTables(engine.endpoint, readStack(inject('assembly'), place).tables);
});
afterAll(() => engine.close());

test('docs/costs.md is what the benches, the template and the prices come to: npm run costs writes it', async () => {
  const page = readFileSync(new URL('../../docs/costs.md', import.meta.url), 'utf8');
  expect(await costsPage(inject('assembly'), engine.endpoint)).toBe(page);
});
