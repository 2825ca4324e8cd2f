import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './database.ts';

/** What records of the index of due ones are about. */
export type DueKind = 'key' | 'ledger';

/** A record that something is to be done about, and since when, in milliseconds since the epoch. */
export interface DueRecord {
  readonly email: string;
  readonly record: string;
  readonly dueAt: number;
}

const AT_ONCE = 100;

/** Reads the records of a kind that are due at a time, the longest first, and nothing of the others. */
export async function* readDueRecords(
  { client, tables }: Database,
  kind: DueKind,
  now: number,
): AsyncGenerator<DueRecord[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables.userPreferences,
        IndexName: 'due',
        KeyConditionExpression: 'dueKind = :kind AND dueAt <= :now',
        ExpressionAttributeValues: { ':kind': kind, ':now': now },
        Limit: AT_ONCE,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield (page.Items ?? []) as DueRecord[];
    start = page.LastEvaluatedKey;
  } while (start);
}

/** What one run over the records that are due came to. */
export interface DueRun {
  readonly records: number;
  /** What was written of them: notices, or lines of ledgers. */
  readonly written: number;
  /** What went wrong, a record each: such a record stays due. */
  readonly failures: readonly unknown[];
}

/**
 * Does what is due of a kind: records of one account one after the other, as each may change the account; accounts side by
 * side. What is not done when the time is up, or fails, is due still at the next run.
 *
 * @param now milliseconds since the epoch.
 * @param hasTime tells whether there is time for 100 records more.
 * @param handle does one of them, and returns what it wrote.
 */
export async function runDue(
  db: Database,
  kind: DueKind,
  now: number,
  hasTime: () => boolean,
  handle: (due: DueRecord) => Promise<readonly unknown[]>,
): Promise<DueRun> {
  let records = 0;
  let written = 0;
  const failures: unknown[] = [];
  for await (const page of readDueRecords(db, kind, now)) {
    const accounts = Map.groupBy(page, ({ email }) => email).values();
    const runs = Array.from(accounts, async (ofAccount) => {
      for (const due of ofAccount) {
        records += 1;
        await handle(due).then(
          (done) => {
            written += done.length;
          },
          (error) => failures.push(error),
        );
      }
    });
    await Promise.all(runs);
    if (!hasTime()) break;
  }
  return { records, written, failures };
}
