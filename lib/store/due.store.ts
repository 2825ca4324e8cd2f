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
