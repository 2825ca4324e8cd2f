import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = path.join(ROOT, 'web');

/** Where the dashboard's files go. */
const SITE = path.join(ROOT, 'build', 'web');
const VITE = path.join(path.dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
const STAMP = path.join(ROOT, 'build', 'web.sha256');

/** A hash of all that the dashboard is built of. */
function inputsHash(): string {
  const hash = createHash('sha256').update(readFileSync(path.join(ROOT, 'package-lock.json')));
  const files = globSync('{*.html,*.ts,*.json,public/**,src/**}', { cwd: SOURCES, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  for (const name of names.sort()) hash.update(path.relative(SOURCES, name)).update(readFileSync(name));
  return hash.digest('hex');
}

const isBuilt = (hash: string): boolean =>
  existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash && existsSync(path.join(SITE, 'index.html'));

/**
 * Builds the dashboard, unless what it is built of is as it was.
 *
 * @returns the directory of its files.
 * @throws Vite's error where it does not build.
 */
export async function buildSite(): Promise<string> {
  const hash = inputsHash();
  if (isBuilt(hash)) return SITE;
  // In a process of its own: what is built is for production, whatever runs this.
  await promisify(execFile)(
    process.execPath,
    [VITE, 'build', '--outDir', SITE, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: SOURCES,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  writeFileSync(STAMP, hash);
  return SITE;
}
