import { createHash } from 'node:crypto';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { deleteAfter } from '../expiry.ts';
import { inLots } from '../lots.ts';
import type { Database } from '../store/database.ts';
import { transactOnce } from '../store/transact-once.store.ts';
import type { Increment } from './batch.ts';
import type { LogEvent } from './envelope.ts';
import { pack } from './packing.ts';

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A transaction takes 100 actions, and one is the marker. */
export const CHUNK = 99;
/** Longer than any delivery can come again: a dead letter waits 14 days. */
const MARKER_KEPT_SECONDS = 30 * 86_400;

/** Tells a batch from all others: the same events, in any order, are the same batch. */
export function batchId(events: readonly LogEvent[]): string {
  const ids = events.map(({ id }) => id).sort();
  return createHash('sha256').update(ids.join('\n')).digest('base64url');
}

/**
 * Adds the increments of a batch to their items, 99 and a marker in each transaction. Where a marker is there already, its
 * part was added by an earlier delivery, and is not added again: so a batch may be delivered any number of times, also at
 * once, and be broken off anywhere.
 *
 * @param at when the batch was delivered, in milliseconds since the epoch.
 * @throws the client's error if DynamoDB does not take a part within 10 attempts: what was written before stays.
 */
export async function record(db: Database, id: string, increments: readonly Increment[], at: number): Promise<void> {
  for (const [index, part] of inLots(increments, CHUNK).entries()) {
    await transactOnce(db, [marker(db, id, index, at), ...part.map((increment) => addition(db, increment))]);
  }
}

const marker = ({ tables }: Database, id: string, part: number, at: number): Action => ({
  Put: {
    TableName: tables.apiUsage,
    // No address: these have an @.
    Item: { email: `batch#${id}`, bucket: String(part), deleteAt: deleteAfter(at, MARKER_KEPT_SECONDS) },
    ConditionExpression: 'attribute_not_exists(email)',
  },
});

function addition({ tables }: Database, { email, bucket, deleteAt, tally }: Increment): Action {
  const attributes = pack(tally);
  const names = [...attributes.keys()];
  return {
    Update: {
      TableName: tables.apiUsage,
      Key: { email, bucket },
      UpdateExpression: `SET deleteAt = :deleteAt ADD ${names.map((name) => `${name} :${name}`).join(', ')}`,
      ExpressionAttributeValues: {
        ':deleteAt': deleteAt,
        ...Object.fromEntries([...attributes].map(([name, amount]) => [`:${name}`, amount])),
      },
    },
  };
}
