import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Synthesizes the CDK app, with its bundles, into a directory: what `cdk deploy` would deploy of the stage `dev`.
 *
 * @throws Error that carries what the app printed.
 */
export async function synthesize(directory: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['infra/app.ts'], {
      cwd: ROOT,
      env: { ...process.env, CDK_OUTDIR: directory },
    });
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new Error(`the stack does not synthesize:\n${`${stderr}${stdout}`.trim()}`, { cause });
  }
}
