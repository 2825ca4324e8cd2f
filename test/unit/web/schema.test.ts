import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

test('the dashboard’s types of the API are what `npm run web:api` makes of the contract', async () => {
  const command = `${ROOT}web/node_modules/.bin/openapi-typescript`;
  const { stdout } = await promisify(execFile)(command, ['docs/openapi.json'], { cwd: ROOT, maxBuffer: 10_000_000 });
  expect(readFileSync(`${ROOT}web/src/api/schema.d.ts`, 'utf8').trim()).toBe(stdout.trim());
});
