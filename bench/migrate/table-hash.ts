import { createHash } from 'node:crypto';
import { type AttributeValue, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { patiently } from '../../lib/store/retry.ts';

type Item = Record<string, AttributeValue>;

/** What a table holds. */
export interface TableHash {
  readonly items: number;
  /** SHA-256 over every item, to the byte. */
  readonly hash: string;
}

/** Sets have no order; all else is as it is stored. */
function canonical(value: AttributeValue): unknown {
  if (value.M) return { M: canonicalItem(value.M) };
  if (value.L) return { L: value.L.map(canonical) };
  if (value.SS) return { SS: value.SS.toSorted() };
  if (value.NS) return { NS: value.NS.toSorted() };
  if (value.BS) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')).toSorted() };
  if (value.B) return { B: Buffer.from(value.B).toString('base64') };
  return value;
}

const canonicalItem = (item: Item): unknown[] =>
  Object.keys(item)
    .toSorted()
    .map((name) => [name, canonical(item[name] as AttributeValue)]);

/**
 * Hashes the items of `user_preferences`.
 *
 * @param view what of an item counts, or `undefined` if nothing of it does. @default - all of it
 */
export async function hashTable(
  { client, tables }: Database,
  view: (item: Item) => Item | undefined = (item) => item,
): Promise<TableHash> {
  const lines: string[] = [];
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const command = new ScanCommand({
      TableName: tables.userPreferences,
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    const page = await patiently(() => client.send(command));
    for (const item of page.Items ?? []) {
      const seen = view(item);
      if (seen) lines.push(JSON.stringify(canonicalItem(seen)));
    }
    start = page.LastEvaluatedKey;
  } while (start);
  const hash = createHash('sha256');
  for (const line of lines.toSorted()) hash.update(line).update('\n');
  return { items: lines.length, hash: hash.digest('hex') };
}

/** The rows of the store without what the migration adds: what must never change. */
export const foreignAttributes = ({ apiKeys: _, ...item }: Item): Item | undefined =>
  item.record?.S === 'preferences' ? item : undefined;
