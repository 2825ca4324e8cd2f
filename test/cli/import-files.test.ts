import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../local/engine.ts';
import { engineWithTables } from '../support/stack-tables.ts';
import { node } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWithTables();
});
afterAll(() => engine.close());

const run = (...args: string[]) => node(['cli/keys.ts', ...args, '--endpoint', engine.endpoint]).ended();

/** A file of so many rows, all with other keys, or all without one. */
async function fileOf(rows: number, prefix?: string): Promise<string> {
  const file = path.join(await temporaryDirectory(), 'rows.jsonl');
  const lines = Array.from({ length: rows }, (_, index) =>
    JSON.stringify({ email: `u${index}@example.com`, ...(prefix && { key: `${prefix}_9f8e7d6c5b4a39${index}` }) }),
  );
  await writeFile(file, lines.join('\n'));
  return file;
}

describe('npm run keys -- import', () => {
  test('says no more than the outcome, however many rows are told of', async () => {
    const file = await fileOf(6_000);
    const { stdout, stderr } = await run('import', file, '--results', `${file}.results`);
    expect(stdout).toMatch(/^6000 rows: 0 made, 0 there already, 6000 rejected\n/);
    expect(stderr).toBe('');
  });

  test('of a directory says that it is one', async () => {
    const { code, stderr } = await run('import', path.dirname(await fileOf(1)));
    expect(code).toBe(1);
    expect(stderr).toMatch(/ is a directory; a file is expected\n$/);
  });

  test('makes no key if its results cannot be written', async () => {
    const file = await fileOf(1, 'none');
    const { code, stderr } = await run('import', file, '--results', path.join(`${file}.not-there`, 'results'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/results cannot be written: ENOENT/);
    expect((await run('import', file)).stdout).toBe('1 rows: 1 made, 0 there already, 0 rejected\n');
  });

  // Linux alone has a file that is always full.
  test.skipIf(!existsSync('/dev/full'))(
    'writes to what is no file as it is, and tells how far it came when that is full',
    async () => {
      const file = await fileOf(2, 'full');
      const full = `${file}.full`;
      await symlink('/dev/full', full);
      const { code, stdout, stderr } = await run('import', file, '--results', full);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^1 rows: 1 made/);
      expect(stderr).toMatch(/run the same again, and it goes on\n.*full cannot be written: ENOSPC/);
      expect((await stat(full)).isCharacterDevice()).toBe(true);
      expect((await run('import', file)).stdout).toBe('2 rows: 0 made, 2 there already, 0 rejected\n');
    },
  );
});

describe('npm run keys -- export', () => {
  test('leaves the file of before as it was if it fails, and nothing beside it', async () => {
    const directory = await temporaryDirectory();
    const file = path.join(directory, 'backup.jsonl');
    await writeFile(file, 'the backup of yesterday\n');
    const { code, stderr } = await run('export', file, '--email', 'nobody@example.com');
    expect(code).toBe(1);
    expect(stderr).toContain('there is no account of nobody@example.com');
    expect(await readFile(file, 'utf8')).toBe('the backup of yesterday\n');
    expect(await readdir(directory)).toEqual(['backup.jsonl']);
  });

  test('takes the place of the file of before, for its owner alone', async () => {
    const file = await fileOf(1, 'over');
    await run('import', file);
    await chmod(file, 0o644);
    expect((await run('export', file)).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('"keyHash"');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await mkdir(`${file}.d`);
    expect((await run('export', `${file}.d`)).stderr).toMatch(/ is a directory; a file is expected\n$/);
  });
});
