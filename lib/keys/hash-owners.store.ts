import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { KeyOwner } from './key.store.ts';

/** As many as DynamoDB reads at once. */
const AT_ONCE = 100;
const ATTEMPTS = 6;

/**
 * Finds whose some key hashes are; of those that are unknown there is nothing in the answer.
 *
 * @throws StoreUnavailable if DynamoDB leaves some unread six times: it does where it is throttled.
 */
export async function findOwners(db: Database, keyHashes: readonly string[]): Promise<Map<string, KeyOwner>> {
  const owners = new Map<string, KeyOwner>();
  for (let start = 0; start < keyHashes.length; start += AT_ONCE) {
    await findSome(db, keyHashes.slice(start, start + AT_ONCE), owners);
  }
  return owners;
}

async function findSome({ client, tables }: Database, keyHashes: string[], owners: Map<string, KeyOwner>) {
  let Keys: Record<string, unknown>[] = keyHashes.map((keyHash) => ({ keyHash }));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tables.apiKeys]: { Keys, ConsistentRead: true } } }),
    );
    for (const { keyHash, email, keyId } of Responses?.[tables.apiKeys] ?? []) owners.set(keyHash, { email, keyId });
    Keys = UnprocessedKeys?.[tables.apiKeys]?.Keys ?? [];
    if (Keys.length === 0) return;
    await pauseUpTo(20 * 2 ** attempt);
  }
  throw new StoreUnavailable(`key hashes were left unread ${ATTEMPTS} times`);
}
