import { ulid } from 'ulid';
import { inLots } from '../lots.ts';
import type { RefusalCode } from '../metering/verdict.ts';
import type { Database } from '../store/database.ts';
import { SYSTEM } from './event.ts';
import { writeOnce } from './once.store.ts';

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
const AT_ONCE = 10;
/** Longer than a log line can come again: a dead letter waits 14 days. */
const NOTED_SECONDS = 30 * 86_400;

const hourOf = ({ keyId, code, at }: RefusedCall): string => `refused#${Math.floor(at / HOUR_MS)}#${keyId}#${code}`;

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
  for (const some of inLots(firstRefusals(refusals), AT_ONCE)) {
    await Promise.all(some.map((refusal) => write(db, refusal)));
  }
}

function write(db: Database, refusal: RefusedCall): Promise<void> {
  const { email, keyId, code, at, route, ip, requestId } = refusal;
  return writeOnce(db, {
    email,
    name: hourOf(refusal),
    forSeconds: NOTED_SECONDS,
    event: { type: 'key.refused', keyId, changes: {}, details: { code, route } },
    actor: { ...SYSTEM, ip, requestId },
    eventId: ulid(at),
    at,
  });
}
