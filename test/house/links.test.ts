import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { anchorsOf, linksOf } from '../support/markdown.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

const isElsewhere = (link: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(link);

/** What is wrong with a link of a page; `undefined` if nothing is. */
function faultOf(page: string, link: string): string | undefined {
  const [target = '', anchor] = link.split('#').map(decodeURIComponent);
  const file = target === '' ? page : path.join(path.dirname(page), target);
  if (file.startsWith('..')) return `${link}: leads out of the repository`;
  if (!existsSync(path.join(ROOT, file))) return `${link}: no such file`;
  if (anchor === undefined) return undefined;
  if (!file.endsWith('.md')) return `${link}: an anchor of what is no page`;
  if (anchorsOf(readFileSync(path.join(ROOT, file), 'utf8')).includes(anchor)) return undefined;
  return `${link}: no such heading`;
}

test.each(PAGES)('every link of %s leads to a file or heading that is there', (page) => {
  const links = linksOf(readFileSync(path.join(ROOT, page), 'utf8')).filter((link) => !isElsewhere(link));
  expect(links.flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
});

test('every file and test that the security model names as a proof is there', () => {
  const page = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');
  const named = [...page.matchAll(/`((?:test|lib)\/[\w./-]+)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('links are found in all their forms, and in code they are none', () => {
  const page = [
    '# A `b`: c, d',
    'see [a](x.md#y), ![p](<p.png>) and [t](t.md "title")',
    '[r]: r.md',
    '`[no](no.md)`',
    '```sh',
    '# no heading [no](no.md)',
    '```',
    '## A b c d',
    '## A b c d',
  ].join('\n');
  expect(linksOf(page)).toEqual(['x.md#y', 'p.png', 't.md', 'r.md']);
  expect(anchorsOf(page)).toEqual(['a-b-c-d', 'a-b-c-d-1', 'a-b-c-d-2']);
});
