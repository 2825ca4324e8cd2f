import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { inLots } from '../lots.ts';
import type { Database } from './database.ts';
import { type RetryPolicy, retry, STEADY } from './retry.ts';
import { StoreUnavailable } from './unavailable.ts';

/** One item to be put or deleted. */
export type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** As many as DynamoDB takes at once. */
const AT_ONCE = 25;

/**
 * Puts and deletes items of one table, 25 at once, each by itself.
 *
 * @throws StoreUnavailable if DynamoDB does not take some within the policy's attempts, or the client's error.
 */
export async function writeItems(
  { client }: Pick<Database, 'client'>,
  table: string,
  requests: readonly WriteRequest[],
  policy: RetryPolicy = STEADY,
): Promise<void> {
  for (let open of inLots(requests, AT_ONCE)) {
    await retry(async () => {
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: open } }));
      open = UnprocessedItems?.[table] ?? [];
      if (open.length === 0) return;
      throw new StoreUnavailable(
        `${open.length} items of ${table} were not written within ${policy.attempts} attempts`,
      );
    }, policy);
  }
}
