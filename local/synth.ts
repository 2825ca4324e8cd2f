import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stopChild } from './child.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

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
}

/**
 * Synthesizes the CDK app, with its bundles, into a directory: what `cdk deploy` would deploy of the stage `dev`.
 *
 * @throws Error that carries what the app printed.
 */
export async function synthesize(directory: string, { settings = {}, signal }: SynthOptions = {}): Promise<void> {
  const app = promisify(execFile)(process.execPath, ['infra/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: contextWith(settings) },
    ...(signal && { signal }),
  });
  try {
    await app;
  } catch (cause) {
    await stopChild(app.child);
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new Error(`the stack does not synthesize:\n${`${stderr}${stdout}`.trim()}`, { cause });
  }
}
