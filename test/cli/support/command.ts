import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { markedBy } from '../../../bench/support/processes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Every process that a command starts inherits this variable, and is found by it. */
const MARK = 'SENSEI_KEYS_TEST_COMMAND';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, in a process group of its own. It is stopped with the test that started it. */
export interface Command {
  readonly pid: number;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until its output matches; fails with the output if it ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until it has ended. */
  ended(): Promise<Ended>;
  /** The processes, itself included, that it has started and that are alive. */
  processes(): number[];
}

/** Starts a program in the root of the project. */
export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  const mark = randomUUID();
  const child: ChildProcess = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, DYNAMODB_ENDPOINT: '', ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const end = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, ...output }));
  onTestFinished(async () => {
    for (const pid of markedBy(MARK, mark)) process.kill(pid, 'SIGKILL');
    await end;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    prints: async (pattern) => {
      let over = false;
      void end.then(() => {
        over = true;
      });
      for (;;) {
        const match = pattern.exec(output.stdout);
        if (match) return match;
        if (over) throw new Error(`it ended before it printed ${pattern}:\n${output.stdout}${output.stderr}`);
        await Promise.race([end, once(child.stdout ?? child, 'data')]);
      }
    },
    ended: () => end,
    processes: () => markedBy(MARK, mark),
  };
}

/** Starts a program of the project on this Node.js. */
export const node = (args: readonly string[], env?: NodeJS.ProcessEnv): Command => start(process.execPath, args, env);
