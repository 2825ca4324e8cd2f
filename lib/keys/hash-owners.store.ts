import { readItems } from '../store/batch-read.store.ts';
import type { Database } from '../store/database.ts';
import { PATIENT } from '../store/retry.ts';
import type { KeyOwner } from './key.store.ts';

/**
 * Finds whose some key hashes are, for commands of operators; of those that are unknown there is nothing in the answer.
 *
 * @throws StoreUnavailable if DynamoDB leaves some unread for half a minute, or the client's error.
 */
export async function findOwners(db: Database, keyHashes: readonly string[]): Promise<Map<string, KeyOwner>> {
  const keys = keyHashes.map((keyHash) => ({ keyHash }));
  const items = await readItems(db, db.tables.apiKeys, keys, PATIENT);
  return new Map(items.map(({ keyHash, email, keyId }) => [keyHash, { email, keyId }]));
}
