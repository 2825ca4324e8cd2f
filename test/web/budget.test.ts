import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildSite } from '../../infra/site-build.ts';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

test('a first look takes at most 250 KB of JavaScript, and neither a chart nor the API reference is in it', async () => {
  const site = await buildSite();
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(path.join(site, '.vite/manifest.json'), 'utf8'));
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const inner of manifest[name]?.imports ?? []) need(inner);
  };
  need('index.html');
  need('src/pages/overview/overview.tsx');
  const files = [...needed].map((name) => manifest[name]?.file ?? '');
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(site, file))).length, 0);
  console.log(`first look: ${(bytes / 1_000).toFixed(1)} of 250 KB`);
  expect(bytes).toBeLessThanOrEqual(250_000);
  expect(files.filter((file) => /chart|reference|swagger/.test(file))).toEqual([]);
}, 60_000);
