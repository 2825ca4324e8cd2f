import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { patiently } from '../../lib/store/retry.ts';
import type { Migration, Row } from '../migration.ts';

/** The key after which a scan goes on. */
export interface Cursor {
  readonly email: string;
  readonly record: string;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Items that were read, rows or not. */
  readonly scanned: number;
  /** Absent where the segment ends. */
  readonly next: Cursor | undefined;
}

const AT_ONCE = 250;

/** Which part of the table, and where in it. */
export interface Position {
  readonly segment: number;
  readonly segments: number;
  readonly after: Cursor | undefined;
}

/** Reads one page of a migration's rows: of each its key, and the attributes asked for. */
export async function readPage(
  { client, tables }: Database,
  { record, attributes }: Migration['rows'],
  { segment, segments, after }: Position,
  isConsistent: boolean,
): Promise<Page> {
  const names = ['email', 'record', ...attributes];
  const answer = await patiently(() =>
    client.send(
      new ScanCommand({
        TableName: tables.userPreferences,
        Segment: segment,
        TotalSegments: segments,
        Limit: AT_ONCE,
        ConsistentRead: isConsistent,
        ProjectionExpression: names.map((_, index) => `#${index}`).join(', '),
        FilterExpression: '#1 = :record',
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
        ExpressionAttributeValues: { ':record': { S: record } },
        ...(after && { ExclusiveStartKey: { email: { S: after.email }, record: { S: after.record } } }),
      }),
    ),
  );
  const rows = answer.Items ?? [];
  // After a row, which stays, rather than after an account that may be removed: to dynoxide a scan after what is gone is at its end.
  const next = answer.LastEvaluatedKey && cursorOf(rows.at(-1) ?? answer.LastEvaluatedKey);
  return { rows, scanned: answer.ScannedCount ?? 0, next };
}

const cursorOf = (key: Record<string, AttributeValue>): Cursor => ({
  email: key.email?.S ?? '',
  record: key.record?.S ?? '',
});
