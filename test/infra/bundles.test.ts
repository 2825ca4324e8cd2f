import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions, MADE_OF } from '../../infra/bundles.ts';
import { AUTHORIZE, FUNCTION_NAMES } from '../../infra/endpoints.ts';

/** They hold the client of the payment provider, and that of Secrets Manager. */
const SELLING = ['checkout', 'billing-webhook', 'top-up-credits'];

const budgetOf = (name: string): number => {
  if (name === AUTHORIZE) return 240_000;
  return SELLING.includes(name) ? 650_000 : 500_000;
};

/** What only providers of credentials name that a Lambda function never needs. */
const ELSEWHERE = ['AWS_CONTAINER_CREDENTIALS', 'AssumeRoleWithWebIdentity', 'credential_process'];

let directory = '';
beforeAll(async () => {
  directory = await bundleFunctions(path.join(await mkdtemp(path.join(tmpdir(), 'bundles-')), 'functions'));
});
afterAll(() => rm(path.dirname(directory), { recursive: true, force: true }));

describe('the bundles', () => {
  it.each(FUNCTION_NAMES)('%s is one file within its budget', async (name) => {
    const folder = path.join(directory, name);
    expect(await readdir(folder)).toEqual(['index.mjs']);
    const bytes = (await readFile(path.join(folder, 'index.mjs'))).length;
    console.log(`${name}: ${(bytes / 1000).toFixed(1)} of ${budgetOf(name) / 1000} KB`);
    expect(bytes).toBeLessThanOrEqual(budgetOf(name));
  });

  it.each(FUNCTION_NAMES)('%s imports nothing, and takes credentials from the environment alone', async (name) => {
    const code = await readFile(path.join(directory, name, 'index.mjs'), 'utf8');
    expect(code.match(/(?<=^|[;}])import[ {*"']/g)).toBeNull();
    expect(ELSEWHERE.filter((text) => code.includes(text))).toEqual([]);
    expect(code.includes('sourceMappingURL')).toBe(false);
  });

  it('have their source maps beside the assets, not in them', async () => {
    expect((await readdir(`${directory}-maps`)).toSorted()).toEqual([...FUNCTION_NAMES].toSorted());
  });

  it('are the same, byte for byte, when they are made again', async () => {
    const read = () => Promise.all(FUNCTION_NAMES.map((name) => readFile(path.join(directory, name, 'index.mjs'))));
    const before = await read();
    const { mtimeMs } = await stat(path.join(directory, MADE_OF));
    await bundleFunctions(directory);
    expect((await stat(path.join(directory, MADE_OF))).mtimeMs, 'nothing is made where nothing has changed').toBe(
      mtimeMs,
    );
    await writeFile(path.join(directory, MADE_OF), 'something else');
    await bundleFunctions(directory);
    expect(await read()).toEqual(before);
    expect(await readFile(path.join(directory, MADE_OF), 'utf8')).not.toBe('something else');
  });
});
