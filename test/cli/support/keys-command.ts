import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { connect } from '../../../bench/support/engine.ts';
import type { Database } from '../../../lib/store/database.ts';
import type { Engine } from '../../../local/engine.ts';
import { engineWithTables } from '../../support/stack-tables.ts';

/** What a run of `npm run keys` came to. */
export interface Ran {
  /** Its words, such as `users erase`. */
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An engine of a test file's own, with the tables of the stack, and a connection to it. */
export async function connectedEngine(): Promise<{ engine: Engine; db: Database }> {
  const engine = await engineWithTables();
  return { engine, db: connect(engine.endpoint) };
}

/** Variables of the person at the terminal who runs the tests say nothing of what is tested. */
const QUIET = {
  AWS_REGION: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

export interface RunOptions {
  /** What comes on the standard input. @default - nothing */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What one process has compiled, the others need not: it takes half their time. */
const NODE_COMPILE_CACHE = path.join(tmpdir(), 'sensei-keys-compile-cache');

/** Runs a command as a process, without a terminal. */
export function runKeys(
  command: string,
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['cli/keys.ts', ...command.split(' '), ...args],
      { env: { ...process.env, ...QUIET, NODE_COMPILE_CACHE, ...env } },
      (error, stdout, stderr) => resolve({ command, code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.on('error', () => {}).end(input);
  });
}

/** Every command of a program that does something by itself, by its words. */
export function leavesOf(command: Command, words: readonly string[] = []): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: words.join(' '), command }];
  return command.commands.flatMap((inner) => leavesOf(inner, [...words, inner.name()]));
}
