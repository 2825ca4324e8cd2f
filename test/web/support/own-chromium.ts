import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The package unpacks into the directory of temporary files, and takes what it finds there for whole and for its own. */
const UNPACK = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`;

/**
 * Unpacks the Chromium that npm installs, once.
 *
 * @returns its path, in `build/chromium/`, which may be deleted.
 */
export async function ownChromium(directory = path.join(ROOT, 'build', 'chromium')): Promise<string> {
  const program = path.join(directory, 'chromium');
  if (existsSync(program)) return program;
  await mkdir(path.dirname(directory), { recursive: true });
  const draft = await mkdtemp(`${directory}-`);
  try {
    await promisify(execFile)(process.execPath, ['-e', UNPACK], { cwd: ROOT, env: { ...process.env, TMPDIR: draft } });
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was first.
    if (!existsSync(program)) throw error;
  }
  return program;
}
