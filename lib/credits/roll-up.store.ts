import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { changeAccount } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import { SYSTEM } from '../events/event.ts';
import { unlessRefused } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { type DueRun, runDue } from '../store/due.store.ts';
import { headItem, headKey, idsAfter, lineItem, settled, unsignedLines } from './credits.store.ts';
import type { Movement } from './ledger.ts';

const DAY_MS = 86_400_000;
/** Logs tell of the last calls of a day some minutes later. */
const LATE_MS = 10 * 60_000;

/** When the spending of a time's day (UTC) is rolled up, in milliseconds since the epoch. */
export const rollUpAt = (at: number): number => (Math.floor(at / DAY_MS) + 1) * DAY_MS + LATE_MS;

/** Notes that an account has spent on a day: its ledger is due after it. Once is enough; more changes nothing. */
export async function noteSpending({ client, tables }: Database, email: string, at: number): Promise<void> {
  const note = new UpdateCommand({
    TableName: tables.userPreferences,
    Key: headKey(email as Email),
    UpdateExpression: 'SET dueKind = :kind, dueAt = :at',
    ConditionExpression: 'attribute_not_exists(dueAt)',
    ExpressionAttributeValues: { ':kind': 'ledger', ':at': rollUpAt(at) },
  });
  await client.send(note).catch(unlessRefused);
}

/**
 * Brings an account's ledger up to its counters: one line for what was spent since the last, and those of a new month. It is
 * due again a day later, until a day comes on which nothing was spent.
 *
 * @param dueAt since when it is due.
 * @param now milliseconds since the epoch.
 */
export async function rollUp(db: Database, email: Email, dueAt: number, now: number): Promise<Movement[]> {
  const context = { email, actor: SYSTEM, at: now };
  const movements = await changeAccount<Movement[]>(db, context, async (state) => {
    const { head, movements } = await settled(db, context, state);
    if (movements.length === 0) return { result: [] };
    const ids = idsAfter(head.lastAt, now);
    const also = unsignedLines(movements, ids.next, now).map((entry) => lineItem(db, email, entry));
    also.push(headItem(db, email, { ...head, lastAt: ids.lastAt() }, rollUpAt(now)));
    return { change: { keys: [], also, events: [] }, result: movements };
  });
  if (movements.length === 0) await rest(db, email, dueAt);
  return movements;
}

/** Nothing is due, unless somebody rolled up and set another time meanwhile. */
async function rest({ client, tables }: Database, email: Email, dueAt: number): Promise<void> {
  const update = new UpdateCommand({
    TableName: tables.userPreferences,
    Key: headKey(email),
    UpdateExpression: 'REMOVE dueKind, dueAt',
    ConditionExpression: 'dueAt = :due',
    ExpressionAttributeValues: { ':due': dueAt },
  });
  await client.send(update).catch(unlessRefused);
}

/**
 * Rolls up every ledger that is due.
 *
 * @param now milliseconds since the epoch.
 * @param hasTime tells whether there is time for 100 ledgers more.
 */
export const rollUpAll = (db: Database, now: number, hasTime: () => boolean): Promise<DueRun> =>
  runDue(db, 'ledger', now, hasTime, ({ email, dueAt }) => rollUp(db, email as Email, dueAt, now));
