import type { TransactItem } from '../accounts/change.store.ts';
import type { Database } from '../store/database.ts';
import type { KeyRecord } from './key.ts';

/** Leads from a secret's hash to its key. It stays for ever, so that a revoked key's caller hears that it is revoked. */
export const hashItem = (
  { tables }: Pick<Database, 'tables'>,
  { email, keyId }: KeyRecord,
  keyHash: string,
): TransactItem => ({
  Put: {
    TableName: tables.apiKeys,
    Item: { keyHash, email, keyId },
    ConditionExpression: 'attribute_not_exists(keyHash)',
  },
});
