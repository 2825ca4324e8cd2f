import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import { type KeyRecord, keyRecordKey } from './key.ts';

/** Names one key: whose it is, and which. */
export interface KeyOwner {
  readonly email: Email;
  readonly keyId: string;
}

/** Reads one key record. */
export async function readKey(
  { client, tables }: Database,
  { email, keyId }: KeyOwner,
): Promise<KeyRecord | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.userPreferences, Key: keyRecordKey(email, keyId), ConsistentRead: true }),
  );
  return Item as KeyRecord | undefined;
}
