import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { deleteAfter } from '../expiry.ts';
import { cancellations, lostRace } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { NOTE } from './event.store.ts';
import { type Actor, type AuditEvent, eventRecord } from './event.ts';

const ATTEMPTS = 10;

/** An event of which there shall be one only, however often it is written. */
export interface SingleEvent {
  readonly email: string;
  /** What it is known by among the account's single events. */
  readonly name: string;
  /** How long its name is taken. */
  readonly forSeconds: number;
  readonly event: AuditEvent;
  readonly actor: Actor;
  /** A ULID, by which events sort by time. */
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Writes an event and a note of its name in one transaction; where the note is there already, nothing.
 *
 * @throws the client's error if DynamoDB does not take it within 10 attempts.
 */
export async function writeOnce({ client, tables }: Database, single: SingleEvent): Promise<void> {
  const { email, name, forSeconds, event, actor, eventId, at } = single;
  const TableName = tables.apiEvents;
  const note = {
    Put: {
      TableName,
      Item: { email, eventId: NOTE + name, deleteAt: deleteAfter(at, forSeconds) },
      ConditionExpression: 'attribute_not_exists(email)',
    },
  };
  const entry = { Put: { TableName, Item: eventRecord(email, event, actor, eventId, at) } };
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [note, entry] }));
      return;
    } catch (error) {
      if (cancellations(error)?.[0] === 'ConditionalCheckFailed') return;
      if (!lostRace(error) || attempt === ATTEMPTS) throw error;
      await pauseUpTo(Math.min(20 * 2 ** attempt, 1_000));
    }
  }
}
