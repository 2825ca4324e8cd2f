import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { KEY_RECORD, type KeyRecord } from '../keys/key.ts';
import type { Database } from '../store/database.ts';
import { type Account, accountKey, type HotItem } from './account.ts';
import type { Email } from './email.ts';

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

async function readKeys({ client, tables }: Database, email: Email): Promise<KeyRecord[]> {
  const keys: KeyRecord[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables.userPreferences,
        KeyConditionExpression: 'email = :email AND begins_with(#record, :prefix)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':email': email, ':prefix': KEY_RECORD },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...((page.Items ?? []) as KeyRecord[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return keys;
}

/**
 * Reads an account, then its keys. In this order a key is never older than the account, so that a write on condition
 * of the account's version is a write on condition of every key.
 */
export async function readAccountKeys(db: Database, email: Email): Promise<AccountKeys> {
  const account = await readAccount(db, email);
  return { account, keys: await readKeys(db, email) };
}
