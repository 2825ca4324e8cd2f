import {
  type NativeAttributeValue,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Database } from './database.ts';

export type Item = Record<string, NativeAttributeValue>;

const SEGMENTS = 4;
/** Of a page, so that a local engine answers in time too. */
const AT_ONCE = 2_000;

/** Reads a whole table, four parts of it side by side, and gives each item as it comes. */
export async function scanTable(
  { client }: Pick<Database, 'client'>,
  input: ScanCommandInput,
  take: (item: Item) => void,
): Promise<void> {
  const parts = Array.from({ length: SEGMENTS }, async (_, Segment) => {
    const part = { Limit: AT_ONCE, ...input, Segment, TotalSegments: SEGMENTS };
    for await (const { Items = [] } of paginateScan({ client }, part)) {
      for (const item of Items) take(item);
    }
  });
  await Promise.all(parts);
}

/** Reads all items of one partition, in the order of their sort keys. */
export async function queryAll({ client }: Pick<Database, 'client'>, input: QueryCommandInput): Promise<Item[]> {
  const found: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, { ConsistentRead: true, ...input }))
    found.push(...Items);
  return found;
}
