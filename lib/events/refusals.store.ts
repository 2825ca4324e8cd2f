import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { deleteAfter } from '../expiry.ts';
import type { RefusalCode } from '../metering/verdict.ts';
import { cancellations, lostRace } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { NOTE } from './event.store.ts';
import { eventRecord, SYSTEM } from './event.ts';

/** A call that the check refused. */
export interface RefusedCall {
  readonly email: string;
  readonly keyId: string;
  readonly code: RefusalCode;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly route: string;
  readonly ip: string;
  readonly requestId: string;
}

const HOUR_MS = 3_600_000;
const ATTEMPTS = 10;
const AT_ONCE = 10;
/** Longer than a log line can come again: a dead letter waits 14 days. */
const NOTED_SECONDS = 30 * 86_400;

const hourOf = ({ keyId, code, at }: RefusedCall): string =>
  `${NOTE}refused#${Math.floor(at / HOUR_MS)}#${keyId}#${code}`;

/** The first refusal of each key, code and hour among some. */
export function firstRefusals(calls: Iterable<RefusedCall>): RefusedCall[] {
  const first = new Map<string, RefusedCall>();
  for (const call of calls) {
    const name = `${call.email} ${hourOf(call)}`;
    if (call.at < (first.get(name)?.at ?? Number.POSITIVE_INFINITY)) first.set(name, call);
  }
  return [...first.values()];
}

/**
 * Writes one event for each key, code and hour in which a call was refused, however many are told of and however often.
 *
 * @throws the client's error if DynamoDB does not take one within 10 attempts: those before it stay.
 */
export async function writeRefusals(db: Database, refusals: readonly RefusedCall[]): Promise<void> {
  const first = firstRefusals(refusals);
  for (let start = 0; start < first.length; start += AT_ONCE) {
    await Promise.all(first.slice(start, start + AT_ONCE).map((refusal) => write(db, refusal)));
  }
}

async function write({ client, tables }: Database, refusal: RefusedCall): Promise<void> {
  const { email, keyId, code, at, route, ip, requestId } = refusal;
  const TableName = tables.apiEvents;
  const event = { type: 'key.refused', keyId, changes: {}, details: { code, route } } as const;
  const note = {
    Put: {
      TableName,
      Item: { email, eventId: hourOf(refusal), deleteAt: deleteAfter(at, NOTED_SECONDS) },
      ConditionExpression: 'attribute_not_exists(email)',
    },
  };
  const entry = { Put: { TableName, Item: eventRecord(email, event, { ...SYSTEM, ip, requestId }, ulid(at), at) } };
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
