import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import { type Actor, type AuditEvent, type EventType, eventRecord } from './event.ts';

/** One entry of the audit log, as it is stored. */
export interface EventRecord {
  readonly eventId: string;
  readonly type: EventType;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly actor: Omit<Actor, 'requestId'>;
  readonly requestId: string;
  readonly keyId?: string;
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Which events, and how many. */
export interface EventsQuery {
  readonly limit: number;
  /** The id of the event that the last page ended with. */
  readonly after?: string | undefined;
  readonly type?: EventType | undefined;
}

export interface EventsPage {
  /** Fewer than wanted, perhaps none, where those of one type are rare: the next page looks further. */
  readonly events: readonly EventRecord[];
  /** Where the next page goes on; absent on the last one. */
  readonly next?: string;
}

/** What begins the sort keys of notes that are no events; ULIDs are in capitals, and sort before. */
export const NOTE = 'note#';

/** Events read at once where only those of one type are wanted, and how many such reads one page takes at most. */
const FILTERED = 100;
const MOST_READS = 10;

/** Writes an event that comes with no change. */
export async function writeEvent(
  { client, tables }: Database,
  email: Email,
  event: AuditEvent,
  actor: Actor,
  at: number,
): Promise<void> {
  const Item = eventRecord(email, event, actor, ulid(at), at);
  await client.send(new PutCommand({ TableName: tables.apiEvents, Item }));
}

/**
 * Reads a user's events, newest first: as many as wanted, and one more to know if there are others. Those of one type are looked for
 * among 1,000 events at most.
 */
export async function readEvents(db: Database, email: Email, query: EventsQuery): Promise<EventsPage> {
  const { limit, after, type } = query;
  const found: EventRecord[] = [];
  let start = after === undefined ? undefined : { email, eventId: after };
  let reads = 0;
  do {
    reads += 1;
    const page = await db.client.send(
      new QueryCommand({
        TableName: db.tables.apiEvents,
        KeyConditionExpression: 'email = :email AND eventId < :notes',
        ExpressionAttributeValues: { ':email': email, ':notes': NOTE, ...(type && { ':type': type }) },
        ...(type && { FilterExpression: '#type = :type', ExpressionAttributeNames: { '#type': 'type' } }),
        ScanIndexForward: false,
        Limit: type ? FILTERED : limit + 1 - found.length,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    found.push(...((page.Items ?? []) as EventRecord[]));
    start = page.LastEvaluatedKey as typeof start;
  } while (start && found.length <= limit && reads < MOST_READS);
  const events = found.slice(0, limit);
  const next = found.length > limit ? events.at(-1)?.eventId : start?.eventId;
  return { events, ...(next !== undefined && { next }) };
}
