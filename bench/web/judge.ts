import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { browserPath } from '../../test/web/support/browser.ts';

const DIRECTORY = fileURLToPath(new URL('../lighthouse', import.meta.url));

/** What Lighthouse says of a page: scores of 100, and the audits that lower them. */
export interface Judgement {
  readonly page: string;
  readonly scores: Readonly<Record<'performance' | 'accessibility' | 'best-practices', number>>;
  readonly fcpMs: number;
  readonly lcpMs: number;
  readonly tbtMs: number;
  readonly cls: number;
  readonly kilobytes: number;
  readonly failed: readonly string[];
}

/** Has the first page judged, then the overview of who signs in. Lighthouse is installed where it is not there yet. */
export async function judge(
  origin: string,
  email: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Judgement[]> {
  const run = promisify(execFile);
  if (!existsSync(path.join(DIRECTORY, 'node_modules', 'lighthouse'))) {
    say('installing Lighthouse into bench/lighthouse (npm ci) …');
    await run('npm', ['ci', '--ignore-scripts'], { cwd: DIRECTORY, signal });
  }
  say('Lighthouse …');
  const { stdout } = await run(
    process.execPath,
    [path.join(DIRECTORY, 'audit.mjs'), await browserPath(), origin, email],
    {
      signal,
    },
  );
  return JSON.parse(stdout);
}
