import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { deleteAfter, epochSeconds } from '../expiry.ts';
import type { Database } from '../store/database.ts';
import type { ChangeContext, TransactItem } from './change.store.ts';

const USED_FOR_SECONDS = 86_400;

/** Only a hash of the client's text is stored. */
const recordKey = ({ email }: ChangeContext, idempotencyKey: string) => ({
  email,
  record: `idempotency#${createHash('sha256').update(idempotencyKey).digest('hex')}`,
});

/** The id of what an idempotency key made within the last 24 hours, if any. */
export async function idempotentId(
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
  return Item && Item.deleteAt > epochSeconds(context.at) ? (Item.made as string) : undefined;
}

/** The item that uses an idempotency key up for 24 hours; it refuses to be written if another was first. */
export function useIdempotencyKey(
  { tables }: Database,
  context: ChangeContext,
  idempotencyKey: string,
  made: string,
): TransactItem {
  return {
    Put: {
      TableName: tables.userPreferences,
      Item: { ...recordKey(context, idempotencyKey), made, deleteAt: deleteAfter(context.at, USED_FOR_SECONDS) },
      ConditionExpression: 'attribute_not_exists(email) OR deleteAt <= :now',
      ExpressionAttributeValues: { ':now': epochSeconds(context.at) },
    },
  };
}
