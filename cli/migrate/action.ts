import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { thisProcess } from '../../migrations/runner/holder.ts';
import { migrate, type StepResult } from '../../migrations/runner/run.ts';
import type { Service } from '../support/connection.ts';
import { printJson } from '../support/print.ts';
import { createProgress } from '../support/progress.ts';
import { PASSES, printStep } from './report.ts';

/** What the command line asks for. */
export interface MigrateOptions {
  readonly dryRun: boolean;
  readonly to: number;
  readonly rate?: number;
  readonly segments: number;
}

/** Rows a second on a stage: half of what one partition of the index of accounts takes, whose other half is the traffic's. */
const STAGE_RATE = 500;

/**
 * Runs migrations, and prints what became of them.
 *
 * @throws Error that says how to go on, if they were stopped or a verification failed.
 */
export async function upOrDown({ db, stage, json }: Service, options: MigrateOptions): Promise<void> {
  const begin = Date.now();
  const items = await itemsIn(db);
  const progress = createProgress(process.stderr, { lines: { everyMs: 5_000, now: Date.now } });
  const end = new AbortController();
  const stop = () => end.abort();
  // The second time it is the signal's own doing.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const steps = await migrate(db, {
      to: options.to,
      isDryRun: options.dryRun,
      rowsPerSecond: options.rate ?? (stage === undefined ? undefined : STAGE_RATE),
      segments: options.segments,
      holder: thisProcess(begin),
      signal: end.signal,
      onProgress: ({ migration, pass, counts: { scanned = 0 } }) =>
        progress.show(
          items && Math.min(0.99, scanned / items),
          `${migration}: ${PASSES[pass]}, ${scanned.toLocaleString('en')} items`,
        ),
    });
    progress.end();
    report(steps, options, json, Date.now() - begin);
  } finally {
    progress.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** About how many items the table has: DynamoDB counts them every six hours. `undefined` if it may not be asked. */
async function itemsIn({ client, tables }: Database): Promise<number | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tables.userPreferences }));
    return Table?.ItemCount || undefined;
  } catch (error) {
    if ((error as Error).name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

function report(
  steps: readonly StepResult[],
  { to, dryRun }: MigrateOptions,
  json: boolean,
  milliseconds: number,
): void {
  if (json) printJson({ to, dryRun, seconds: milliseconds / 1_000, steps });
  else if (steps.length === 0) process.stdout.write('no migration is up: nothing to do\n');
  else steps.forEach(printStep);
  const last = steps.at(-1);
  if (last?.status === 'stopped') {
    throw new Error(dryRun ? 'stopped before all was read' : 'stopped; the same command goes on from here');
  }
  if (last?.status === 'failed') {
    throw new Error('rows were found amiss after three rounds (see above); the same command begins anew');
  }
  const left = steps.flatMap(({ verified = {} }) => verified.foreignAttribute ?? verified.notTaken ?? []);
  if (left.length > 0) throw new Error('some rows of users could not be extended (see above)');
}
