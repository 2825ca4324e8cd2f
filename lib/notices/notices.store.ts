import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { hot, planOf, totalsAt } from '../accounts/account.ts';
import { changeAccount, type TransactItem } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import { eventRecord, SYSTEM } from '../events/event.ts';
import { derivedEventId } from '../events/event-id.ts';
import { DUE_KEY, KEY_RECORD, type KeyRecord, keyRecordKey } from '../keys/key.ts';
import { readKeyAndAccount } from '../metering/check.store.ts';
import { cancellations, lostRace, unlessRefused } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { type DueRecord, type DueRun, runDue } from '../store/due.store.ts';
import { dueNotices, type Notice, nextDue, type Watched } from './schedule.ts';

/** A key that is to be looked at, and since when, in milliseconds since the epoch. */
export interface Due {
  readonly email: Email;
  readonly keyId: string;
  readonly dueAt: number;
}

/** The key that a record of the index of due ones is. */
export const dueKey = ({ email, record, dueAt }: DueRecord): Due => ({
  email: email as Email,
  keyId: record.slice(KEY_RECORD.length),
  dueAt,
});

/**
 * Writes every notice that is due.
 *
 * @param now milliseconds since the epoch.
 * @param hasTime tells whether there is time for 100 keys more.
 */
export const writeAllNotices = (db: Database, now: number, hasTime: () => boolean): Promise<DueRun> =>
  runDue(db, DUE_KEY, now, hasTime, (due) => writeNotices(db, dueKey(due), now));

/**
 * Tells of a key what is due, and when it is to be looked at next: each notice becomes one event, whoever else is at it at the
 * same time and however often it is repeated.
 *
 * @param now milliseconds since the epoch.
 * @returns what was written; nothing if the key was changed, or looked at by another, since it was found due.
 */
export async function writeNotices(db: Database, due: Due, now: number): Promise<Notice[]> {
  const { key, account } = await readKeyAndAccount(db, due);
  if (!key || key.dueAt !== due.dueAt) return [];
  const lastUsedAt = key.slot === null ? null : totalsAt(account, key.slot).lastUsedAt;
  const watched = { key, plan: planOf(account, db.plans), lastUsedAt };
  const notices = dueNotices(watched, due.dueAt, now);
  if (!notices.some(({ disables }) => disables)) return moveOn(db, watched, notices, now);
  // What else is due waits for the next look, at the key as it is then.
  return disable(db, due, notices, now);
}

/** Disables a key that is idle still: it may have been used a moment ago. */
function disable(db: Database, { email, keyId }: Due, notices: Notice[], at: number): Promise<Notice[]> {
  return changeAccount<Notice[]>(db, { email, actor: SYSTEM, at }, ({ account, keys }, version) => {
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (!key || key.slot === null || key.dueAt === undefined) return { result: [] };
    const watched = { key, plan: planOf(account, db.plans), lastUsedAt: totalsAt(account, key.slot).lastUsedAt };
    const disabling = dueNotices(watched, key.dueAt, at).find(({ disables }) => disables);
    if (!disabling) return { result: [] };
    const changes = { disabled: { before: false, after: true } };
    return {
      change: {
        set: { [hot.keyVersion(key.slot)]: version },
        keys: [{ ...key, disabled: true, version, updatedAt: at }],
        events: [{ ...disabling.event, keyId, changes }],
      },
      result: notices.filter(({ disables }) => disables),
    };
  });
}

/** The next look at a key; it holds only if nobody has changed the key or looked at it since. */
function nextLook({ tables }: Database, { key, plan, lastUsedAt }: Watched, now: number) {
  const next = nextDue({ key, plan, lastUsedAt }, now + 1);
  return {
    TableName: tables.userPreferences,
    Key: keyRecordKey(key.email, key.keyId),
    UpdateExpression: next === undefined ? 'REMOVE dueAt, dueKind' : 'SET dueAt = :next',
    ConditionExpression: 'version = :version AND dueAt = :due',
    ExpressionAttributeValues: {
      ':version': key.version,
      ':due': key.dueAt,
      ...(next !== undefined && { ':next': next }),
    },
  };
}

/** An event of which there is one, however often it is written. */
function noticeEvent({ tables }: Database, { email, keyId }: KeyRecord, { at, event }: Notice): TransactItem {
  const eventId = derivedEventId(at, [keyId, event]);
  return {
    Put: {
      TableName: tables.apiEvents,
      Item: eventRecord(email, { ...event, keyId, changes: {} }, SYSTEM, eventId, at),
      ConditionExpression: 'attribute_not_exists(email)',
    },
  };
}

async function moveOn(db: Database, watched: Watched, notices: Notice[], now: number): Promise<Notice[]> {
  const look = nextLook(db, watched, now);
  if (notices.length === 0) {
    await db.client.send(new UpdateCommand(look)).catch(unlessRefused);
    return [];
  }
  const events = notices.map((notice) => noticeEvent(db, watched.key, notice));
  try {
    await db.client.send(new TransactWriteCommand({ TransactItems: [{ Update: look }, ...events] }));
    return notices;
  } catch (error) {
    if (!lostRace(error)) throw error;
    const [ofKey, ...ofEvents] = cancellations(error) ?? [];
    // Told already, before the key was changed: the rest is told without it.
    const untold = notices.filter((_, index) => ofEvents[index] === 'None');
    const isTold = ofKey === 'None' && untold.length < notices.length;
    return isTold ? moveOn(db, watched, untold, now) : [];
  }
}
