import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { contentHash } from '../infra/content-hash.ts';
import { stopChild } from './child.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** All that the service's stack and its bundles are made of. Packages are told by the versions of them all. */
export const SOURCES: readonly string[] = [
  'infra',
  'functions',
  'lib',
  'migrations',
  'web',
  'docs/openapi.json',
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Directory in an assembly for the compiled code of its bundles; it goes with them. */
export const COMPILED = 'compiled';

/** Assemblies kept beside the one in use: those of other settings, and those of the last edits. */
const KEPT = 8;

/** Settings of the stage `dev` in `cdk.json`, with others over them, as the CDK's command line passes context on. */
function contextWith(settings: Readonly<Record<string, unknown>>): string {
  const { context } = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8'));
  return JSON.stringify({ stages: { ...context.stages, dev: { ...context.stages.dev, ...settings } } });
}

export interface SynthOptions {
  /** Settings of the stage over those in `cdk.json`. @default - none */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
  /** The CDK app, which writes to `CDK_OUTDIR`. @default - the service's */
  readonly app?: string;
  /** Files and directories that it is made of. @default SOURCES */
  readonly sources?: readonly string[];
  /** Where assemblies are kept, each in a directory of its own. @default `build/assemblies/` */
  readonly store?: string;
}

/** Nobody knows what was synthesized, the sources before or behind the edit. */
class EditedMeanwhile extends Error {}

/**
 * Puts the synthesized CDK app, with its bundles, into a directory: what `cdk deploy` would deploy of the stage `dev`.
 *
 * @throws as `keptAssembly` does.
 */
export async function synthesize(directory: string, options: SynthOptions = {}): Promise<void> {
  // A copy, as what is kept may go while it runs.
  const filter = (file: string) => path.basename(file) !== COMPILED;
  await cp(await keptAssembly(options), directory, { recursive: true, filter });
}

/**
 * Synthesizes the CDK app, unless it was already and nothing that it is made of has changed since.
 *
 * @returns the directory of its assembly, which stays until eight others have been used.
 * @throws Error that carries what the app printed.
 */
export async function keptAssembly(options: SynthOptions = {}): Promise<string> {
  const { settings = {}, signal, app = path.join(ROOT, 'infra', 'app.ts'), sources = SOURCES } = options;
  const { store = path.join(ROOT, 'build', 'assemblies') } = options;
  const context = contextWith(settings);
  const name = await nameOf(app, sources, context);
  const target = path.join(store, name);
  if (!existsSync(target)) {
    const draft = path.join(store, `draft-${randomUUID()}`);
    try {
      await mkdir(draft, { recursive: true });
      await run(app, draft, context, signal);
      if ((await nameOf(app, sources, context)) !== name) throw new EditedMeanwhile();
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (error instanceof EditedMeanwhile) return keptAssembly(options);
      // Somebody else was first.
      if (!existsSync(target)) throw error;
    }
    await prune(store);
  }
  const now = new Date();
  await utimes(target, now, now);
  return target;
}

async function nameOf(app: string, sources: readonly string[], context: string): Promise<string> {
  const made = await contentHash(sources.map((source) => path.resolve(ROOT, source)));
  return createHash('sha256')
    .update(JSON.stringify([process.version, app, context, made]))
    .digest('hex')
    .slice(0, 20);
}

async function run(app: string, outdir: string, context: string, signal: AbortSignal | undefined): Promise<void> {
  const running = promisify(execFile)(process.execPath, [app], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context },
    ...(signal && { signal }),
  });
  try {
    await running;
  } catch (cause) {
    await stopChild(running.child);
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new Error(`the stack does not synthesize:\n${`${stderr}${stdout}`.trim()}`, { cause });
  }
}

/** Removes the assemblies that have not been used for longest. */
async function prune(store: string): Promise<void> {
  const names = await readdir(store);
  const used = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(path.join(store, name))).mtimeMs })),
  );
  const old = used.toSorted((a, b) => b.at - a.at).slice(KEPT);
  await Promise.all(old.map(({ name }) => rm(path.join(store, name), { recursive: true, force: true })));
}
