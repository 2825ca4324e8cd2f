import { randomInt } from 'node:crypto';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { type Actor, type AuditEvent, eventRecord } from '../events/event.ts';
import { deleteAfter } from '../expiry.ts';
import { DUE_KEY, KEY_RECORD, type KeyRecord } from '../keys/key.ts';
import { nextDue } from '../notices/schedule.ts';
import { lostRace } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { type AccountKeys, readAccountKeys } from './account.store.ts';
import { type Account, accountKey, countersAt, hot, planOf, retiredSlots, totalsAt, versionOf } from './account.ts';
import { ChangeConflict } from './change-conflict.ts';
import type { Email } from './email.ts';
import { planNamed } from './plans.ts';

/** One action of a transaction. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One change to an account and its keys, to be written whole or not at all. */
export interface Change {
  /** Hot attributes to set. */
  readonly set?: Readonly<Record<string, string | number>>;
  /** Hot attributes that take the value of others, which are removed: 0 where there is none. The new name by the old one. */
  readonly move?: Readonly<Record<string, string>>;
  /** Balances to add to, or to take from: a change that would make one negative is a lost race. */
  readonly add?: Readonly<Record<string, number>>;
  /** Hot attributes to remove. */
  readonly remove?: readonly string[];
  /** Key records, as they shall be. */
  readonly keys: readonly KeyRecord[];
  /** Further items of the same transaction. */
  readonly also?: readonly TransactItem[];
  readonly events: readonly AuditEvent[];
}

/** What to change, if anything, and what to tell the caller. */
export interface Decision<Result> {
  readonly change?: Change;
  readonly result: Result;
}

/** Who changes what, when. */
export interface ChangeContext {
  readonly email: Email;
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an account that can be found has in `hot.listed`. */
export const LISTED = 'a';

const ATTEMPTS = 12;
/** Four digits take as many bytes as three, and leave room to count on. */
const [FIRST_FROM, FIRST_BELOW] = [1_000, 9_000];
const REVOKED_FOR_SECONDS = 30 * 86_400;

/**
 * Changes an account: reads it with its keys, lets `decide` make the change from what it reads and the version it will
 * have, and writes that change, its events and the new version in one transaction, on condition that the account is
 * still as read. Where another change came first, all of it is done anew, at most 12 times.
 *
 * @returns what `decide` gave beside the change; a decision without a change writes nothing.
 * @throws ChangeConflict after 12 lost races.
 */
export async function changeAccount<Result>(
  db: Database,
  context: ChangeContext,
  decide: (state: AccountKeys, version: number) => Decision<Result> | Promise<Decision<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await pauseUpTo(Math.min(5 * 2 ** attempt, 160));
    const state = await readAccountKeys(db, context.email);
    const version = nextVersion(state.account);
    const { change, result } = await decide(state, version);
    if (!change) return result;
    try {
      await db.client.send(
        new TransactWriteCommand({ TransactItems: transaction(db, context, state, version, change) }),
      );
      return result;
    } catch (error) {
      if (!lostRace(error)) throw error;
    }
  }
  throw new ChangeConflict(`the account was changed by others during each of ${ATTEMPTS} attempts`);
}

/**
 * An account counts its versions from a drawn one on. A container may still remember a key and account that were erased: those
 * that come after them under the same address are told from them by their versions alone.
 */
const nextVersion = (account: Account): number =>
  versionOf(account) === 0 ? randomInt(FIRST_FROM, FIRST_BELOW) : versionOf(account) + 1;

function transaction(
  db: Database,
  context: ChangeContext,
  state: AccountKeys,
  version: number,
  change: Change,
): TransactItem[] {
  const { email, actor, at } = context;
  const settled = settle(state);
  const watch = noticesBy(db, state, change, at);
  const { userPreferences, apiEvents } = db.tables;
  const put = (TableName: string, Item: Record<string, unknown>): TransactItem => ({ Put: { TableName, Item } });
  return [
    { Update: accountUpdate(db, state, version, change, settled.remove) },
    ...[...change.keys, ...settled.keys].map((key) => put(userPreferences, keyItem(key, watch(key)))),
    ...(change.also ?? []),
    ...change.events.map((event) => put(apiEvents, eventRecord(email, event, actor, ulid(at), at))),
  ];
}

/** The first item of every transaction: the next version, if the version is still the one that was read. */
function accountUpdate(
  db: Database,
  { account }: AccountKeys,
  version: number,
  change: Change,
  settled: readonly string[],
) {
  const { set = {}, move = {}, add = {}, remove = [] } = change;
  const before = versionOf(account);
  const values = { ...set, [hot.version]: version, [hot.listed]: LISTED };
  const sets = Object.keys(values).map((name) => `${name} = :${name}`);
  const removed = [...Object.keys(move), ...remove, ...settled];
  const added = Object.entries(add);
  const taken = added.filter(([, amount]) => amount < 0);
  sets.push(...Object.entries(move).map(([from, to]) => `${to} = if_not_exists(${from}, :none)`));
  const isPlanSet = hot.plan in set;
  if (!isPlanSet) sets.push(`${hot.plan} = if_not_exists(${hot.plan}, :plan)`);
  return {
    TableName: db.tables.userPreferences,
    Key: accountKey(account.email),
    UpdateExpression: [
      `SET ${sets.join(', ')}`,
      added.length > 0 && `ADD ${added.map(([name]) => `${name} :add_${name}`).join(', ')}`,
      removed.length > 0 && `REMOVE ${removed.join(', ')}`,
    ]
      .filter(Boolean)
      .join(' '),
    ConditionExpression: [
      before === 0 ? `attribute_not_exists(${hot.version})` : `${hot.version} = :before`,
      ...taken.map(([name]) => `${name} >= :least_${name}`),
    ].join(' AND '),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      ...(!isPlanSet && { ':plan': planOf(account, db.plans).name }),
      ...(Object.keys(move).length > 0 && { ':none': 0 }),
      ...Object.fromEntries(added.map(([name, amount]) => [`:add_${name}`, amount])),
      ...Object.fromEntries(taken.map(([name, amount]) => [`:least_${name}`, -amount])),
      ...(before > 0 && { ':before': before }),
    },
  };
}

/**
 * A revoked key leaves its slot with the first change after its revocation: by then no call can be charged to it any
 * more, so that its totals are final, and they move to its own record (if that was not deleted by now).
 */
function settle({ account, keys }: AccountKeys): { keys: KeyRecord[]; remove: string[] } {
  const slots = retiredSlots(account);
  return {
    keys: slots.flatMap((slot) =>
      keys.filter((key) => key.slot === slot).map((key) => ({ ...key, slot: null, totals: totalsAt(account, slot) })),
    ),
    // The next key in the slot begins with counters of its own.
    remove: slots.flatMap((slot) => [hot.requests(slot), hot.lastUsed(slot), ...countersAt(account, slot)]),
  };
}

/** When a key's next notice is due under its account as it will be; one that is due already stays so. */
function noticesBy(
  { plans }: Database,
  { account, keys }: AccountKeys,
  { set }: Change,
  at: number,
): (key: KeyRecord) => number | undefined {
  const plan = planNamed(plans, set?.[hot.plan] ?? account.item[hot.plan]);
  return (key) => {
    const waiting = keys.find(({ keyId }) => keyId === key.keyId)?.dueAt ?? at;
    const lastUsedAt = key.slot === null ? null : totalsAt(account, key.slot).lastUsedAt;
    return nextDue({ key, plan, lastUsedAt }, Math.min(at, waiting));
  };
}

const keyItem = (key: KeyRecord, dueAt: number | undefined): Record<string, unknown> => ({
  ...key,
  record: KEY_RECORD + key.keyId,
  dueKind: dueAt === undefined ? undefined : DUE_KEY,
  dueAt,
  ...(key.revokedAt !== null && { deleteAt: deleteAfter(key.revokedAt, REVOKED_FOR_SECONDS) }),
});
