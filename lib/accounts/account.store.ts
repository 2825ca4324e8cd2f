import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { KEY_RECORD, type KeyRecord } from '../keys/key.ts';
import type { Database } from '../store/database.ts';
import { type Account, accountKey, type HotItem } from './account.ts';
import type { Email } from './email.ts';
import { readRecords } from './records.store.ts';

/** An account with all its key records, the revoked ones of the last 30 days too. */
export interface AccountKeys {
  readonly account: Account;
  /** Oldest first. */
  readonly keys: readonly KeyRecord[];
}

/** Reads the hot item; an unknown user has an empty one. One read unit. */
export async function readAccount({ client, tables }: Database, email: Email): Promise<Account> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.userPreferences, Key: accountKey(email), ConsistentRead: true }),
  );
  return { email, item: (Item ?? {}) as HotItem };
}

/**
 * Reads an account, then its keys. In this order a key is never older than the account, so that a write on condition
 * of the account's version is a write on condition of every key.
 */
export async function readAccountKeys(db: Database, email: Email): Promise<AccountKeys> {
  const account = await readAccount(db, email);
  return { account, keys: await readRecords<KeyRecord>(db, email, KEY_RECORD) };
}
