import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const IGNORED = new Set(['node_modules', '.vite']);

/** Tells the content of files and directories from any other; installed packages in them do not count. */
export async function contentHash(places: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of await filesIn(place)) {
      const content = createHash('sha256').update(await readFile(file));
      hash.update(`${path.relative(place, file)}\0${content.digest('hex')}\n`);
    }
  }
  return hash.digest('hex').slice(0, 20);
}

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!entries) return [place];
  const inner = entries
    .filter(({ name }) => !IGNORED.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => (entry.isDirectory() ? filesIn(path.join(place, entry.name)) : [path.join(place, entry.name)]));
  return (await Promise.all(inner)).flat();
}
