import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../lib/store/database.ts';
import { addCounts } from '../../migrations/migration.ts';
import { isVerification } from '../../migrations/runner/passes.ts';
import { readStates } from '../../migrations/runner/state.store.ts';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line of `npm run migrate` that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `npm run migrate`, as a process. */
export function startMigrate(endpoint: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, ['cli/migrate.ts', '--endpoint', endpoint, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, stdout, stderr })) };
}

/** How many items the two passes of a migration have read so far, by what the table remembers. */
async function itemsRead(db: Database, itemsInTable: number): Promise<number> {
  const state = (await readStates(db)).get(1);
  if (!state || state.pass === 'done') return 0;
  const { scanned = 0 } = addCounts(...state.segments.map(({ counts }) => counts));
  return scanned + (isVerification(state.pass) ? itemsInTable : 0);
}

export interface KillOptions {
  readonly args: readonly string[];
  readonly kills: number;
  /** How many items the first pass reads at least. */
  readonly items: number;
  /** From 0 up to 1. */
  random(): number;
}

/**
 * Runs the command, kills it at random moments (SIGKILL), and runs it again, until it ends by itself.
 *
 * @returns how it ended, and how many times it was killed.
 */
export async function runKilled(
  db: Database,
  endpoint: string,
  { args, kills, items, random }: KillOptions,
): Promise<Ended & { readonly killed: number }> {
  const moments = Array.from({ length: kills }, () => Math.floor(random() * items * 1.8)).toSorted((a, b) => a - b);
  let killed = 0;
  for (;;) {
    const running = startMigrate(endpoint, args);
    let isOver = false;
    const end = running.ended.finally(() => {
      isOver = true;
    });
    const moment = moments[killed];
    if (moment === undefined) return { ...(await end), killed };
    while (!isOver && (await itemsRead(db, items)) <= moment) await sleep(20);
    if (!isOver) await sleep(random() * 100);
    if (!isOver && running.child.kill('SIGKILL')) {
      await end;
      killed += 1;
    } else return { ...(await end), killed };
  }
}
