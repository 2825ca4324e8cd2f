import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stopChild } from './child.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Synthesizes the CDK app, with its bundles, into a directory: what `cdk deploy` would deploy of the stage `dev`.
 *
 * @param signal stops it.
 * @throws Error that carries what the app printed.
 */
export async function synthesize(directory: string, signal?: AbortSignal): Promise<void> {
  const app = promisify(execFile)(process.execPath, ['infra/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory },
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
