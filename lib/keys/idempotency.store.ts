import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ChangeContext, TransactItem } from '../accounts/change.store.ts';
import { deleteAfter, epochSeconds } from '../expiry.ts';
import type { Database } from '../store/database.ts';

const USED_FOR_SECONDS = 86_400;

/** Only a hash of the client's text is stored. */
const recordKey = ({ email }: ChangeContext, idempotencyKey: string) => ({
  email,
  record: `idempotency#${createHash('sha256').update(idempotencyKey).digest('hex')}`,
});

/** The id of the key that an idempotency key made within the last 24 hours, if any. */
export async function idempotentKeyId(
  { client, tables }: Database,
  context: ChangeContext,
  idempotencyKey: string,
): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: tables.userPreferences,
      Key: recordKey(context, idempotencyKey),
      ConsistentRead: true,
    }),
  );
  return Item && Item.deleteAt > epochSeconds(context.at) ? (Item.keyId as string) : undefined;
}

/** The item that uses an idempotency key up for 24 hours; it refuses to be written if another was first. */
export function useIdempotencyKey(
  { tables }: Database,
  context: ChangeContext,
  idempotencyKey: string,
  keyId: string,
): TransactItem {
  return {
    Put: {
      TableName: tables.userPreferences,
      Item: { ...recordKey(context, idempotencyKey), keyId, deleteAt: deleteAfter(context.at, USED_FOR_SECONDS) },
      ConditionExpression: 'attribute_not_exists(email) OR deleteAt <= :now',
      ExpressionAttributeValues: { ':now': epochSeconds(context.at) },
    },
  };
}
