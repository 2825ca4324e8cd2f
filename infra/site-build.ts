import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { contentHash } from './content-hash.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITE = path.join(path.dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');

/** What a page is built of. */
export interface SiteBuild {
  /** Vite's root. @default `web/` */
  readonly source?: string;
  /** Files beside it that the page is made of. @default - the versions of all packages */
  readonly inputs?: readonly string[];
  /** Where built pages go, each in a directory of its own. @default `build/web/` */
  readonly output?: string;
}

/**
 * Builds the dashboard, unless it is there already: its directory is named for what it is made of, and appears in one step,
 * so that processes which build at once do not disturb each other.
 *
 * @returns the directory.
 * @throws Vite's error where it does not build.
 */
export async function buildSite({
  source = path.join(ROOT, 'web'),
  inputs = [path.join(ROOT, 'package-lock.json')],
  output = path.join(ROOT, 'build', 'web'),
}: SiteBuild = {}): Promise<string> {
  const target = path.join(output, await contentHash([source, ...inputs]));
  if (existsSync(target)) return target;

  const draft = path.join(output, `draft-${randomUUID()}`);
  await mkdir(output, { recursive: true });
  try {
    // In a process of its own: what is built is for production, whatever runs this.
    await promisify(execFile)(
      process.execPath,
      [VITE, 'build', '--outDir', draft, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: source, env: { ...process.env, NODE_ENV: 'production' } },
    );
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was first.
    if (!existsSync(target)) throw error;
  }
  return target;
}
