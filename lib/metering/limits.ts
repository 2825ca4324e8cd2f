import { type Account, cell, cellsOf, countAt, hot } from '../accounts/account.ts';
import type { Quota, RateLimit } from '../keys/key.ts';
import type { Call } from './call.ts';
import type { Charge } from './charge.ts';
import { periodIndex } from './periods.ts';
import { type WindowState, windowIndex, windowStart } from './windows.ts';

/** One rate limit that a call is subject to, as its account stands. */
export interface RateMeter extends WindowState {
  readonly name: string;
  /** Counter of this window, and the prefix of the names of all of them. */
  readonly attribute: string;
  readonly prefix: string;
  /** True if the last window's count was seen after that window's end. */
  readonly previousIsFinal: boolean;
}

const pace = (count: number, windowSeconds: number, passed: number): number =>
  Math.ceil((count * passed) / (windowSeconds * 1_000));

function rateMeter({ account, now, seenAt }: Call, limit: RateLimit, prefix: string): RateMeter {
  const index = windowIndex(limit.windowSeconds, now);
  const attribute = cell(prefix, index);
  const seen = countAt(account, cell(prefix, index - 1));
  const counted = countAt(account, attribute);
  const begun = windowStart(limit.windowSeconds, index);
  const previousIsFinal = seenAt >= begun;
  return {
    ...limit,
    attribute,
    prefix,
    // What others are likely to have charged since, at the last window's pace: where that leaves no room, a read tells
    // more cheaply than a write that is refused.
    current: previousIsFinal ? counted : Math.max(counted, pace(seen, limit.windowSeconds, now - begun)),
    // A count that others may have raised since is no greater than the limit, or than what was seen under a higher one.
    previous: previousIsFinal ? seen : Math.max(limit.limit, seen),
    previousIsFinal,
  };
}

/** The plan's limits, which all keys of the account share, then the key's own. */
export function rateMeters(call: Call): RateMeter[] {
  const { plan, key } = call;
  const { slot } = key;
  return [
    ...plan.rateLimits.map((limit, i) => rateMeter(call, limit, hot.planWindow(i))),
    ...(slot === null ? [] : key.rateLimits.map((limit, i) => rateMeter(call, limit, hot.keyWindow(slot, i)))),
  ];
}

/** One quota that a call is subject to, as its account stands. */
export interface QuotaMeter extends Quota {
  readonly attribute: string;
  readonly prefix: string;
  readonly used: number;
}

function quotaMeter(
  { account, now }: Pick<Call, 'account' | 'now'>,
  quota: Quota | null,
  prefix: (period: Quota['period']) => string,
) {
  if (!quota) return [];
  const attribute = cell(prefix(quota.period), periodIndex(quota.period, now));
  return [{ ...quota, attribute, prefix: prefix(quota.period), used: countAt(account, attribute) }];
}

/** The plan's quota, which all keys of the account share. */
export const accountQuotaMeters = (account: Pick<Call, 'account' | 'now' | 'plan'>): QuotaMeter[] =>
  quotaMeter(account, account.plan.quota, hot.accountQuota);

/** The plan's quota, then the key's own. */
export function quotaMeters(call: Call): QuotaMeter[] {
  const { slot, quota } = call.key;
  return [
    ...accountQuotaMeters(call),
    ...(slot === null ? [] : quotaMeter(call, quota, (period) => hot.keyQuota(slot, period))),
  ];
}

/**
 * Clears the counters of a prefix that no moment from now on will look at: older ones, and those that were numbered by
 * another length of the window, as they lie further ahead than any clock.
 */
export function clearOutside(account: Account, prefix: string, from: number, to: number): Charge[] {
  const charges: Charge[] = [];
  for (const { name, index } of cellsOf(account, prefix)) {
    if (index < from || index > to) charges.push({ kind: 'remove', attribute: name });
  }
  return charges;
}
