import { createHash } from 'node:crypto';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../lib/store/database.ts';

/** A value whose attributes are in order: engines answer them in any. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, ordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How many items the tables hold, and one hash of all of them. */
export async function digestOf({ client, tables }: Database): Promise<{ items: number; digest: string }> {
  const hashes: string[] = [];
  for (const TableName of Object.values(tables)) {
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true, Limit: 1_000 })) {
      for (const item of Items) {
        hashes.push(
          createHash('sha256')
            .update(JSON.stringify([TableName, ordered(item)]))
            .digest('hex'),
        );
      }
    }
  }
  return { items: hashes.length, digest: createHash('sha256').update(hashes.sort().join()).digest('hex') };
}
