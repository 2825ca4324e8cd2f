import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildSite } from '../../infra/site-build.ts';

let root: string;
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'build-'));
  await mkdir(path.join(root, 'web', 'node_modules'), { recursive: true });
  await write('web/index.html', '<!doctype html><script type="module" src="/main.js"></script>');
  await write('web/main.js', 'document.title = "one";');
  await write('lock.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFile(path.join(root, file), text);
const build = async () => {
  const [source, output] = [path.join(root, 'web'), path.join(root, 'out')];
  return buildSite({ source, output, inputs: [path.join(root, 'lock.json')] });
};

describe('the page is built', () => {
  it('into index.html and files with hashed names', async () => {
    const directory = await build();
    const [script, ...more] = await readdir(path.join(directory, 'assets'));
    expect(more).toEqual([]);
    expect(script).toMatch(/^index-[\w-]{8}\.js$/);
    expect(await readFile(path.join(directory, 'index.html'), 'utf8')).toContain(`src="/assets/${script}"`);
  });

  it('once, as long as nothing that it is made of has changed', async () => {
    const directory = await build();
    const before = await stat(path.join(directory, 'index.html'));
    await write('web/node_modules/cache', 'is no source');
    expect(await build()).toBe(directory);
    expect((await stat(path.join(directory, 'index.html'))).mtimeMs).toBe(before.mtimeMs);
  });

  it.each([
    ['web/main.js', 'document.title = "two";'],
    ['web/other.css', 'a { color: red }'],
    ['lock.json', '{"packages":{}}'],
  ])('anew after %s has changed, and leaves the page that others may be reading', async (file, text) => {
    const before = await build();
    await write(file, text);
    const after = await build();
    expect(after).not.toBe(before);
    expect((await stat(path.join(before, 'index.html'))).isFile()).toBe(true);
  });

  it('by two at once into one directory, with nothing left over', async () => {
    const [one, two] = await Promise.all([build(), build()]);
    expect(one).toBe(two);
    expect(await readdir(path.join(root, 'out'))).toEqual([path.basename(one)]);
  });
});

it('a page that does not build is an error, and not a page', async () => {
  await write('web/main.js', 'import "./none.js";');
  await expect(build()).rejects.toThrow(/none\.js/);
  await write('web/main.js', 'document.title = "one";');
  expect(await readdir(await build())).toContain('index.html');
});
