import { createWriteStream, realpathSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const PRIVATE = { mode: 0o600 };

/**
 * Writes a file that only its owner may read, as a whole or not at all: until all has come, what has that name stays as it was. What
 * is no file, such as a named pipe, is written to as it comes.
 *
 * @throws Error if it is a directory, cannot be written, or `text` fails.
 */
export async function writeWhole(path: string, text: Readable): Promise<void> {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new Error(`${path} is a directory; a file is expected`);
  if (there && !there.isFile()) return pipeline(text, createWriteStream(path, PRIVATE));
  const target = there ? realpathSync(path) : path;
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    await pipeline(text, createWriteStream(partial, PRIVATE));
    await rename(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
