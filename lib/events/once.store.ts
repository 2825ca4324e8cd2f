import { deleteAfter } from '../expiry.ts';
import type { Database } from '../store/database.ts';
import { transactOnce } from '../store/transact-once.store.ts';
import { NOTE } from './event.store.ts';
import { type Actor, type AuditEvent, eventRecord } from './event.ts';

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
export async function writeOnce(db: Database, single: SingleEvent): Promise<void> {
  const { email, name, forSeconds, event, actor, eventId, at } = single;
  const TableName = db.tables.apiEvents;
  const note = {
    Put: {
      TableName,
      Item: { email, eventId: NOTE + name, deleteAt: deleteAfter(at, forSeconds) },
      ConditionExpression: 'attribute_not_exists(email)',
    },
  };
  const entry = { Put: { TableName, Item: eventRecord(email, event, actor, eventId, at) } };
  await transactOnce(db, [note, entry]);
}
