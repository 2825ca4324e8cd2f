import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { accountKey, cell, hot } from '../../lib/accounts/account.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import type { Database } from '../../lib/store/database.ts';
import { connect } from '../support/engine.ts';
import { type Holder, newHolder } from '../support/holder.ts';
import { callAtRandom, warmFleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';

/** Calls a second that every limit here lets through. */
const LIMIT_PER_SECOND = 100;

/** Containers that share one limit, and how hard it is called. */
export interface Contention {
  readonly containers: number;
  /** Milliseconds added to each round trip. */
  readonly roundTripMs: number;
  readonly windowSeconds: number;
  /** Share of the limit's rate. */
  readonly load: number;
}

export interface ContentionCost extends Contention {
  readonly accepted: number;
  readonly refused: number;
  readonly writes: number;
  readonly writesPerAccepted: number;
  /** Writes that the condition refused: the account was not as it was remembered. */
  readonly retries: number;
  readonly reads: number;
}

const PLACES = [0, 4].flatMap((roundTripMs) => [1, 4, 16].map((containers) => ({ roundTripMs, containers })));
const LOADS = [1, 60].flatMap((windowSeconds) => [0.5, 1].map((load) => ({ windowSeconds, load })));

/** Every contention for so many seconds; the four of one fleet's size at once, each on an account of its own. */
export async function measureContention(endpoint: string, seconds: number): Promise<ContentionCost[]> {
  const db = connect(endpoint);
  const costs: ContentionCost[] = [];
  for (const place of PLACES) {
    costs.push(...(await Promise.all(LOADS.map((load) => contend(endpoint, db, { ...place, ...load }, seconds)))));
  }
  db.client.destroy();
  return costs;
}

async function contend(
  endpoint: string,
  db: Database,
  contention: Contention,
  seconds: number,
): Promise<ContentionCost> {
  const { containers, roundTripMs, load, windowSeconds } = contention;
  const rateLimits = [{ name: 'own', limit: LIMIT_PER_SECOND * windowSeconds, windowSeconds }];
  const holder = await newHolder(db, { plan: 'scale', rateLimits });
  const clock = clockBeforeRoll(windowSeconds, seconds / 2);
  await leaveSteadyCounts(db, holder, contention, clock());

  const fleet = await warmFleet({ endpoint, containers, roundTripMs, clock }, holder);
  const traffic = {
    gap: (containers * 1_000) / (load * LIMIT_PER_SECOND),
    until: performance.now() + seconds * 1_000,
  };
  const answers = (await Promise.all(fleet.map(({ check }) => callAtRandom(check, holder, traffic)))).flat();
  for (const container of fleet) container.close();

  const sum = (count: keyof Ledger) => fleet.reduce((total, { ledger }) => total + ledger[count], 0);
  const accepted = answers.filter(Boolean).length;
  const writes = sum('writes');
  return {
    ...contention,
    accepted,
    refused: answers.length - accepted,
    writes,
    writesPerAccepted: writes / accepted,
    retries: writes - accepted,
    reads: sum('reads'),
  };
}

/** A clock by which a window ends in so many seconds: a run sees the roll of a window that is longer than itself. */
function clockBeforeRoll(windowSeconds: number, seconds: number): () => number {
  const ahead = windowSeconds * 1_000 - (Date.now() % (windowSeconds * 1_000)) - seconds * 1_000;
  return () => Date.now() + ahead;
}

/** What the key's counters hold where calls have long come at this rate. */
async function leaveSteadyCounts(
  { client, tables }: Database,
  { key: { email, slot } }: Holder,
  { load, windowSeconds }: Contention,
  now: number,
): Promise<void> {
  if (slot === null) throw new Error('a new key must have a slot');
  const index = windowIndex(windowSeconds, now);
  const prefix = hot.keyWindow(slot, 0);
  const passed = (now / 1_000) % windowSeconds;
  await client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(email),
      UpdateExpression: `SET ${cell(prefix, index - 1)} = :previous, ${cell(prefix, index)} = :current`,
      ExpressionAttributeValues: {
        ':previous': Math.floor(load * LIMIT_PER_SECOND * windowSeconds),
        ':current': Math.floor(load * LIMIT_PER_SECOND * passed),
      },
    }),
  );
}
