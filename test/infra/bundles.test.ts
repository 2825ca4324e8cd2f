import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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
  directory = await bundleFunctions();
});

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

  it('are the same, byte for byte, when they are made again, and made again where something has changed alone', async () => {
    const parent = await mkdtemp(path.join(tmpdir(), 'bundles-'));
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    const again = path.join(parent, 'functions');
    const stamp = path.join(again, MADE_OF);
    await mkdir(again);
    await writeFile(stamp, 'other sources');
    await bundleFunctions(again);
    const read = (from: string) =>
      Promise.all(FUNCTION_NAMES.map((name) => readFile(path.join(from, name, 'index.mjs'))));
    expect(await read(again)).toEqual(await read(directory));

    const { mtimeMs } = await stat(stamp);
    await bundleFunctions(again);
    expect((await stat(stamp)).mtimeMs).toBe(mtimeMs);
  });
});
