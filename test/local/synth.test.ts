import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SOURCES, type SynthOptions, synthesize } from '../../local/synth.ts';

/** An app that writes what it is given, and says each time that it runs. */
const APP = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
appendFileSync(new URL('runs', import.meta.url), '.');
const source = readFileSync(new URL('source/file', import.meta.url), 'utf8');
writeFileSync(process.env.CDK_OUTDIR + '/manifest.json', source + process.env.CDK_CONTEXT_JSON);
if (source === 'fails') throw new Error('a construct is wrong');
if (source === 'hangs') setInterval(() => {}, 1_000);
if (source === 'edited') writeFileSync(new URL('source/file', import.meta.url), 'again');
`;

let root: string;
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'synth-'));
  await mkdir(path.join(root, 'source'));
  await write('app.mjs', APP);
  await write('source/file', 'one');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFile(path.join(root, file), text);
const runs = async () => (await readFile(path.join(root, 'runs'), 'utf8')).length;
const kept = () => readdir(path.join(root, 'kept'));

async function synth(options: SynthOptions = {}): Promise<string> {
  const directory = path.join(root, 'out');
  const [app, sources, store] = [path.join(root, 'app.mjs'), [path.join(root, 'source')], path.join(root, 'kept')];
  await synthesize(directory, { app, sources, store, ...options });
  return readFile(path.join(directory, 'manifest.json'), 'utf8');
}

describe('the stack is synthesized', () => {
  test('once, as long as nothing that it is made of has changed, also for another directory', async () => {
    const first = await synth();
    rmSync(path.join(root, 'out'), { recursive: true });
    expect(await synth()).toBe(first);
    expect(await runs()).toBe(1);
  });

  test('anew after a change, and what was kept serves again when the change is undone', async () => {
    await synth();
    await write('source/file', 'two');
    expect(await synth()).toMatch(/^two/);
    await write('source/file', 'one');
    expect(await synth()).toMatch(/^one/);
    expect(await runs()).toBe(2);
  });

  test('anew for other settings', async () => {
    expect(await synth()).not.toContain('"logRetentionDays":17');
    expect(await synth({ settings: { logRetentionDays: 17 } })).toContain('"logRetentionDays":17');
  });

  test('by two at once, with nothing left over', async () => {
    await Promise.all([synth(), synth()]);
    expect(await kept()).toEqual([expect.stringMatching(/^[0-9a-f]{20}$/)]);
  });

  test('again if a source was edited meanwhile', async () => {
    await write('source/file', 'edited');
    expect(await synth()).toMatch(/^again/);
    expect(await kept()).toHaveLength(1);
  });

  test('with the eight used last kept, whatever is edited', async () => {
    await synth();
    const [first = ''] = await kept();
    for (let edit = 0; edit < 8; edit++) {
      await write('source/file', `edit ${edit}`);
      await synth();
    }
    expect(await kept()).toHaveLength(8);
    expect(await kept()).not.toContain(first);
  });
});

describe('nothing is kept', () => {
  test('of what does not synthesize, and the error carries what the app printed', async () => {
    await write('source/file', 'fails');
    await expect(synth()).rejects.toThrow(/^the stack does not synthesize:\n[\s\S]*a construct is wrong/);
    expect(await kept()).toEqual([]);
  });

  test('of what was stopped', async () => {
    await write('source/file', 'hangs');
    const end = new AbortController();
    const stopped = expect(synth({ signal: end.signal })).rejects.toThrow('the stack does not synthesize');
    await expect.poll(() => runs().catch(() => 0), { timeout: 60_000 }).toBe(1);
    end.abort();
    await stopped;
    expect(await kept()).toEqual([]);
  });
});

test('the sources are all that the stack and its functions are made of', async () => {
  const { metafile } = await build({
    entryPoints: ['infra/app.ts', 'functions/*.ts'],
    absWorkingDir: path.resolve(import.meta.dirname, '../..'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  const isSource = (file: string) => SOURCES.some((source) => file === source || file.startsWith(`${source}/`));
  expect(Object.keys(metafile.inputs).filter((file) => !isSource(file))).toEqual([]);
});
