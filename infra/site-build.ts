import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a page is built of. */
export interface SiteBuild {
  /** Vite's root, with a `vite.config.ts`. @default `web/` */
  readonly source?: string;
  /** Files and directories beside it that the page is made of. @default - the API's description, and the packages */
  readonly inputs?: readonly string[];
  /** Where built pages go, each in a directory of its own. @default `build/site/` */
  readonly output?: string;
}

const INPUTS = ['docs/openapi.json', 'package-lock.json'].map((file) => path.join(ROOT, file));

/**
 * Builds the dashboard, unless it is there already: its directory is named for what it is made of, and appears in one step,
 * so that processes which build at once do not disturb each other.
 *
 * @returns the directory, or nothing where there is no source.
 * @throws Vite's error where it does not build.
 */
export async function buildSite({
  source = path.join(ROOT, 'web'),
  inputs = INPUTS,
  output = path.join(ROOT, 'build', 'site'),
}: SiteBuild = {}): Promise<string | undefined> {
  if (!existsSync(source)) return undefined;
  const name = await hashOf([source, ...inputs]);
  const target = path.join(output, name);
  if (existsSync(target)) return target;

  const draft = path.join(output, `draft-${randomUUID()}`);
  await mkdir(output, { recursive: true });
  const { build } = await import('vite');
  // Vite says what it builds on standard output, where `cdk synth` prints a template.
  await build({ root: source, logLevel: 'warn', build: { outDir: draft, emptyOutDir: true } });
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Tells the content of files and directories from any other. */
async function hashOf(places: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of await filesIn(place)) {
      const content = createHash('sha256').update(await readFile(file));
      hash.update(`${path.relative(place, file)}\0${content.digest('hex')}\n`);
    }
  }
  return hash.digest('hex').slice(0, 20);
}

const IGNORED = new Set(['node_modules', '.vite']);

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      throw error;
    },
  );
  if (!entries) return [place];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !path
          .relative(place, file)
          .split(path.sep)
          .some((part) => IGNORED.has(part)),
    )
    .sort();
}
