import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type OutputFile } from 'esbuild';
import { environmentCredentials } from './bundles/environment-credentials.plugin.ts';
import { lazyBuiltins } from './bundles/lazy-builtins.plugin.ts';
import { contentHash } from './content-hash.ts';
import { FUNCTION_NAMES } from './endpoints.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where bundles go unless told otherwise. */
export const BUNDLES = path.join(ROOT, 'build', 'functions');

/** All that bundles are made of. */
const SOURCES = ['functions', 'lib', 'migrations', 'infra', 'docs/openapi.json', 'package-lock.json'].map((place) =>
  path.join(ROOT, place),
);

/** The file beside bundles that tells of what they were made. */
export const MADE_OF = '.made-of';

/** How every function is bundled: the SDK included, nothing that a Lambda function never uses. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The SDK's ES modules: half the size of its CommonJS ones, which `main` would select.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  legalComments: 'none',
  plugins: [environmentCredentials, lazyBuiltins],
} satisfies BuildOptions;

/**
 * Bundles every function of the service to `<directory>/<name>/index.mjs`, and its source map to
 * `<directory>-maps/<name>/index.mjs.map`, which is not deployed. Bundles that are there already of what is there now stay.
 *
 * @returns the directory.
 * @throws Error that names each function without a source; esbuild's error where one does not build.
 */
export async function bundleFunctions(directory: string = BUNDLES): Promise<string> {
  const sources = FUNCTION_NAMES.map((name) => path.join(ROOT, 'functions', `${name}.ts`));
  const missing = sources.filter((source) => !existsSync(source));
  if (missing.length > 0) throw new Error(`no source for function ${missing.join(', ')}`);

  const stamp = path.join(directory, MADE_OF);
  const madeOf = await contentHash(SOURCES);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === madeOf) return directory;

  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(FUNCTION_NAMES.map((name, i) => [`${name}/index`, sources[i] ?? name])),
    outdir: directory,
    sourcemap: 'external',
    write: false,
  });
  await Promise.all(outputFiles.map((file) => place(file, directory)));
  // Nobody knows what was bundled, the sources before or behind an edit.
  if ((await contentHash(SOURCES)) === madeOf) await writeFile(stamp, madeOf);
  return directory;
}

/** Puts a changed file in place in one step, so that another process never reads half of one. */
async function place(file: OutputFile, directory: string): Promise<void> {
  const target = file.path.endsWith('.map') ? file.path.replace(directory, `${directory}-maps`) : file.path;
  const current = await readFile(target).catch(() => undefined);
  if (current?.equals(file.contents)) return;
  await mkdir(path.dirname(target), { recursive: true });
  await mkdir(`${directory}-maps`, { recursive: true });
  const draft = path.join(`${directory}-maps`, randomUUID());
  await writeFile(draft, file.contents);
  await rename(draft, target);
}
