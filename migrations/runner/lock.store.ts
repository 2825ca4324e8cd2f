import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { itemOnRefusal, unlessRefused } from '../../lib/store/conditions.ts';
import type { Database } from '../../lib/store/database.ts';
import { MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { patiently } from '../../lib/store/retry.ts';
import { type Holder, isGone } from './holder.ts';

const LEASE_MS = 60_000;
const BEAT_MS = 10_000;
/** What the clocks of two machines may differ by, and a write that was sent may still take. */
const MARGIN_MS = 10_000;

const KEY = { email: MIGRATIONS_PARTITION, record: 'lock' };

interface LockItem extends Holder {
  readonly token: string;
  readonly expiresAt: number;
}

/** Another run holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
}

/** The lock was taken from this run. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
}

/** The right to run migrations, which ends by itself unless it is renewed. */
export interface Lock {
  /** What state that is written under this lock carries. */
  readonly token: string;
  /**
   * To be awaited before each write: renews the lock where that is overdue.
   *
   * @throws LockLost if another run has taken it.
   */
  hold(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock, and renews it every 10 s until it is released. It is free 10 s after a lease of 60 s has ended, and at once
 * where the process that held it has ended on this machine.
 *
 * @throws LockHeld that says who holds it, and until when.
 */
export async function takeLock(db: Database, holder: Holder, now: () => number = Date.now): Promise<Lock> {
  const token = randomUUID();
  let expiresAt = await acquire(db, { ...holder, token }, now, undefined);
  const renew = async () => {
    const next = now() + LEASE_MS;
    await extend(db, token, next);
    expiresAt = next;
  };
  const beat = () =>
    renew().catch((error) => {
      // Before the next write it is tried again: at once where the lock is another's, else when the lease runs out.
      if (itemOnRefusal(error) !== null) expiresAt = Number.NEGATIVE_INFINITY;
    });
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  return {
    token,
    hold: async () => {
      if (now() <= expiresAt - MARGIN_MS) return;
      try {
        await patiently(renew);
      } catch (error) {
        unlessRefused(error);
        throw taken(error);
      }
    },
    release: async () => {
      clearInterval(timer);
      await free(db, token);
    },
  };
}

/** The error of a run that finds its lock with another. */
export const taken = (cause: unknown): LockLost =>
  new LockLost('the lock of migrations is lost: another run has taken it', { cause });

async function acquire(
  db: Database,
  wanted: Omit<LockItem, 'expiresAt'>,
  now: () => number,
  gone: LockItem | undefined,
): Promise<number> {
  const expiresAt = now() + LEASE_MS;
  try {
    await patiently(() =>
      db.client.send(
        new PutCommand({
          TableName: db.tables.userPreferences,
          Item: { ...KEY, ...wanted, expiresAt },
          ConditionExpression: '#token = :own OR attribute_not_exists(email) OR expiresAt < :ended OR #token = :gone',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: {
            // Its answer may have been lost.
            ':own': wanted.token,
            ':ended': now() - MARGIN_MS,
            ':gone': gone?.token ?? '',
          },
        }),
      ),
    );
    return expiresAt;
  } catch (error) {
    unlessRefused(error);
    const held = await patiently(() => readLock(db));
    if (!held || (isGone(held, wanted) && held.token !== gone?.token)) return await acquire(db, wanted, now, held);
    throw new LockHeld(heldText(held));
  }
}

/** Who holds the lock, if anybody does. */
export async function readLock({ client, tables }: Database): Promise<LockItem | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.userPreferences, Key: KEY, ConsistentRead: true }),
  );
  return Item as LockItem | undefined;
}

const at = (time: number): string => new Date(time).toISOString();

function heldText({ host, pid, since, expiresAt }: LockItem): string {
  return `migrations are run by process ${pid} on ${host} since ${at(since)}; its lease ends at ${at(expiresAt)}, and is renewed while it runs`;
}

const mine = (token: string) => ({
  ConditionExpression: '#token = :token',
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: { ':token': token },
});

async function extend({ client, tables }: Database, token: string, expiresAt: number): Promise<void> {
  const { ExpressionAttributeValues, ...condition } = mine(token);
  await client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: KEY,
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ...condition,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':expiresAt': expiresAt },
    }),
  );
}

async function free({ client, tables }: Database, token: string): Promise<void> {
  await patiently(() =>
    client.send(new DeleteCommand({ TableName: tables.userPreferences, Key: KEY, ...mine(token) })),
  ).catch(unlessRefused);
}
