import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Database } from './database.ts';
import { pauseUpTo } from './pause.ts';
import { StoreUnavailable } from './unavailable.ts';

/** One item to be put or deleted. */
export type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const ITEMS = 25;
const ATTEMPTS = 10;

/**
 * Puts and deletes items of one table, 25 at once, each by itself.
 *
 * @throws StoreUnavailable if DynamoDB does not take some within 10 attempts.
 */
export async function writeItems(
  db: Pick<Database, 'client'>,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  for (let start = 0; start < requests.length; start += ITEMS) {
    await writeBatch(db, table, requests.slice(start, start + ITEMS));
  }
}

async function writeBatch(
  { client }: Pick<Database, 'client'>,
  table: string,
  requests: WriteRequest[],
): Promise<void> {
  let open = requests;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: open } }));
    open = UnprocessedItems?.[table] ?? [];
    if (open.length === 0) return;
    await pauseUpTo(Math.min(20 * 2 ** attempt, 1_000));
  }
  throw new StoreUnavailable(`${open.length} items of ${table} were not written within ${ATTEMPTS} attempts`);
}
