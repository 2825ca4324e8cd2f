import type { Period } from '../keys/key.ts';
import type { Email } from './email.ts';
import { type Plan, type Plans, planNamed } from './plans.ts';

const LAST_USED = 'u';
const FORMER_USED = 'l';

/**
 * The account record is the hot item: every accepted call updates it, and a write unit holds 1 KB of it, names and
 * values together. So its attributes have short names, and each key has a one-character slot in it. This is the one
 * place that knows them:
 *
 * | attribute | holds |
 * |---|---|
 * | `v` | version of the account; every change to it or to one of its keys adds 1 to the first one, which is drawn |
 * | `p` | plan |
 * | `a` | always `a`: the table's index of accounts has those that have it |
 * | `k<slot>` | version of the key record in that slot; absent: no key there may be charged |
 * | `n<slot>` | requests accepted for that key, all time |
 * | `u<slot>` | last use of that key's newest secret, milliseconds since the epoch |
 * | `l<slot><place>` | the same of a former secret, 0 if it was never used |
 * | `s` | 1 if the account is suspended |
 * | `c` | purchased credits left |
 * | `x` | purchased credits spent, all time |
 * | `P<i><window>` | charged to the plan's rate limit `i` in a window |
 * | `W<slot><i><window>` | charged to a key's rate limit `i` in a window |
 * | `R<d or m><period>` | requests of the account in a day or month |
 * | `Q<slot><d or m><period>` | requests of a key in a day or month |
 * | `D<slot><day>` | credits that a key with a daily cap spent in a day |
 * | `I0<month>` | included credits spent in a month; the last month's stay until the next |
 * | `m<place>` | the last call that a container charged: see `metering/marker` |
 * | `t` | where the owner's credits are topped up: a charge that leaves as many or less tells so |
 * | `r` | the last payment that was given back: see `metering/refund.store` |
 *
 * Windows and periods are numbered in base 36: a new one begins with an attribute that is not there, at 0.
 *
 * A name here is at most three characters long, or begins with a capital; no attribute of any other record does either:
 * by this the authorizer's role may update counters and cannot write a key.
 */
export const hot = {
  version: 'v',
  plan: 'p',
  listed: 'a',
  keyVersion: (slot: Slot): string => `k${slot}`,
  requests: (slot: Slot): string => `n${slot}`,
  lastUsed: (slot: Slot): string => LAST_USED + slot,
  formerUsed: (slot: Slot, place: number): string => FORMER_USED + slot + place,
  suspended: 's',
  purchasedCredits: 'c',
  purchasedSpent: 'x',
  planWindow: (limit: number): string => `P${limit}`,
  /** What the names of all counters of a key begin with. */
  keyCounters: (slot: Slot): string[] => [`W${slot}`, `Q${slot}`, `D${slot}`, FORMER_USED + slot],
  keyWindow: (slot: Slot, limit: number): string => `W${slot}${limit}`,
  accountQuota: (period: Period): string => `R${period[0]}`,
  keyQuota: (slot: Slot, period: Period): string => `Q${slot}${period[0]}`,
  keySpent: (slot: Slot): string => `D${slot}`,
  includedSpent: 'I0',
  topUpAt: 't',
  marker: (place: Slot): string => `m${place}`,
  refund: 'r',
} as const;

/** The sort key of the hot item. */
export const ACCOUNT_RECORD = 'account';

/** A key's place in its account: one base62 character. */
export type Slot = string & { readonly brand: 'Slot' };

/**
 * Every slot, in the order in which they are given out: ten more than the keys of the greatest plan. There is no slot
 * `O` or `o`, as `NO` is a reserved word of DynamoDB's expressions, in any case.
 */
export const SLOTS = [...'0123456789ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijklmnpqrstuvwxyz'] as Slot[];

/** The hot item as DynamoDB holds it. */
export type HotItem = Readonly<Record<string, string | number>>;

/** What is known of an account: the hot item as last seen, and whose it is. An unknown user has version 0. */
export interface Account {
  readonly email: Email;
  readonly item: HotItem;
}

/** The primary key of an account's hot item. */
export const accountKey = (email: Email): { email: Email; record: string } => ({ email, record: ACCOUNT_RECORD });

/** The name of one window's or period's counter. */
export const cell = (prefix: string, index: number): string => prefix + index.toString(36);

/** The counters of a prefix that the hot item holds, by the number of their window or period. */
export function cellsOf({ item }: Account, prefix: string): { name: string; index: number }[] {
  const cells: { name: string; index: number }[] = [];
  for (const name in item) {
    if (name.startsWith(prefix)) cells.push({ name, index: Number.parseInt(name.slice(prefix.length), 36) });
  }
  return cells;
}

const numberAt = (account: Account, name: string): number | undefined => {
  const value = account.item[name];
  return typeof value === 'number' ? value : undefined;
};

/** A counter's value, 0 if it is not there. */
export const countAt = (account: Account, name: string): number => numberAt(account, name) ?? 0;

export const isSuspended = (account: Account): boolean => hot.suspended in account.item;

export type AccountStatus = 'active' | 'suspended';

export const statusOf = (account: Account): AccountStatus => (isSuspended(account) ? 'suspended' : 'active');

export const versionOf = (account: Account): number => numberAt(account, hot.version) ?? 0;

export const planOf = (account: Account, plans: Plans): Plan => planNamed(plans, account.item[hot.plan]);

/** How many keys an account has that are not revoked. */
export const keyCount = (account: Account): number =>
  SLOTS.filter((slot) => keyVersionAt(account, slot) !== undefined).length;

/** The version of the key record that holds a slot, or `undefined` if no key in it may be charged. */
export const keyVersionAt = (account: Account, slot: Slot): number | undefined =>
  numberAt(account, hot.keyVersion(slot));

/** What a key has used so far. */
export interface KeyTotals {
  readonly totalRequests: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number | null;
}

const timeOrNull = (time: number | undefined): number | null => time || null;

const usesAt = ({ item }: Account, slot: Slot): number[] =>
  Object.entries(item).flatMap(([name, value]) =>
    name === hot.lastUsed(slot) || name.startsWith(FORMER_USED + slot) ? [Number(value)] : [],
  );

/** Totals of the key in a slot, whichever of its secrets was used. */
export const totalsAt = (account: Account, slot: Slot): KeyTotals => ({
  totalRequests: numberAt(account, hot.requests(slot)) ?? 0,
  lastUsedAt: timeOrNull(Math.max(0, ...usesAt(account, slot))),
});

/** Last use of the newest secret of the key in a slot, or of the former one with that place. */
export const lastUseAt = (account: Account, slot: Slot, formerPlace?: number): number | null =>
  timeOrNull(numberAt(account, formerPlace === undefined ? hot.lastUsed(slot) : hot.formerUsed(slot, formerPlace)));

const holds = (account: Account, slot: Slot): boolean => hot.requests(slot) in account.item;

/** The last use of any key, in milliseconds since the epoch; 0 if there was none. */
export function lastUseOf({ item }: Account): number {
  let last = 0;
  for (const name in item) {
    const value = item[name];
    const isUse =
      (name.length === 2 && name.startsWith(LAST_USED)) || (name.length === 3 && name.startsWith(FORMER_USED));
    if (isUse && typeof value === 'number' && value > last) last = value;
  }
  return last;
}

/** The counters of the windows and quota of a key in a slot. */
export const countersAt = ({ item }: Account, slot: Slot): string[] =>
  Object.keys(item).filter((name) => hot.keyCounters(slot).some((prefix) => name.startsWith(prefix)));

/** The first slot that holds neither a key nor the totals of a revoked one. */
export const freeSlot = (account: Account): Slot | undefined => SLOTS.find((slot) => !holds(account, slot));

/** The slots that still hold the totals of a revoked key. */
export const retiredSlots = (account: Account): Slot[] =>
  SLOTS.filter((slot) => holds(account, slot) && keyVersionAt(account, slot) === undefined);
