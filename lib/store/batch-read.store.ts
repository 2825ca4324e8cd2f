import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { inLots } from '../lots.ts';
import type { Database } from './database.ts';
import type { Item } from './read-all.store.ts';
import { BRIEF, type RetryPolicy, retry } from './retry.ts';
import { StoreUnavailable } from './unavailable.ts';

/** As many as DynamoDB reads at once. */
const AT_ONCE = 100;

/** What came of one request for items. */
export interface Batch<Key, Found> {
  readonly found: readonly Found[];
  /** DynamoDB leaves some where it is throttled, or where they are more than 16 MB. */
  readonly left: readonly Key[];
}

/**
 * Reads items by their keys, 100 at once, and asks again for those that were left. Of keys without an item there is nothing in the
 * answer, whose order is none.
 *
 * @throws StoreUnavailable if some are left in each of the policy's attempts, or the error of `ask`.
 */
export async function readInLots<Key, Found>(
  keys: readonly Key[],
  policy: RetryPolicy,
  ask: (keys: Key[]) => Promise<Batch<Key, Found>>,
): Promise<Found[]> {
  const all: Found[] = [];
  for (let open of inLots(keys, AT_ONCE)) {
    await retry(async () => {
      const { found, left } = await ask(open);
      all.push(...found);
      open = [...left];
      if (open.length === 0) return;
      throw new StoreUnavailable(`${open.length} reads were left unprocessed ${policy.attempts} times`);
    }, policy);
  }
  return all;
}

/**
 * Reads items of one table by their primary keys, as they are now.
 *
 * @throws StoreUnavailable if DynamoDB leaves some in each of the policy's attempts, or the client's error.
 */
export const readItems = (
  { client }: Pick<Database, 'client'>,
  table: string,
  keys: readonly Item[],
  policy: RetryPolicy = BRIEF,
): Promise<Item[]> =>
  readInLots(keys, policy, async (Keys) => {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    return { found: Responses?.[table] ?? [], left: UnprocessedKeys?.[table]?.Keys ?? [] };
  });
