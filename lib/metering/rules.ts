import { cell, countAt, hot, isSuspended, keyVersionAt } from '../accounts/account.ts';
import { endOf, hasEnded } from '../keys/lifetime.ts';
import { type Call, FURTHEST_AHEAD_MS } from './call.ts';
import type { Charge } from './charge.ts';
import { spend } from './credits.ts';
import { isAmong } from './ip.ts';
import { clearOutside, quotaMeters, rateMeters } from './limits.ts';
import { periodEnd, periodIndex } from './periods.ts';
import { missingScopes } from './scopes.ts';
import type { Refusal, RefusalCode } from './verdict.ts';
import { allowance, fits, secondsUntilFits, windowIndex } from './windows.ts';

/** One row of the check: it refuses a call, or says what the call is charged if no row refuses it. */
export interface Rule {
  readonly name: string;
  readonly judge: (call: Call) => Refusal | readonly Charge[];
}

const NOTHING: readonly Charge[] = [];

/** A rule that charges nothing, and by which time alone does not help. */
const barrier = (name: string, code: RefusalCode, refuses: (call: Call) => boolean): Rule => {
  const refusal: Refusal = { code };
  return { name, judge: (call) => (refuses(call) ? refusal : NOTHING) };
};

const isRevoked = ({ key, account }: Call): boolean =>
  key.revokedAt !== null || key.slot === null || keyVersionAt(account, key.slot) === undefined;

const isExpired = ({ key, keyHash, now }: Call): boolean => {
  const secret = key.secrets.find((candidate) => candidate.keyHash === keyHash);
  return !secret || hasEnded(endOf(key, secret), now);
};

function judgeScopes({ key, terms }: Call): Refusal | readonly Charge[] {
  const missing = missingScopes(key.scopes, terms.scopes);
  return missing.length > 0 ? { code: 'scope_denied', missingScopes: missing } : NOTHING;
}

function judgeWindows(call: Call): Refusal | readonly Charge[] {
  const { now, terms, account } = call;
  const weight = Math.max(1, terms.cost);
  const meters = rateMeters(call);
  const full = meters.filter((meter) => !fits(meter, weight, now));
  if (full.length > 0) {
    const waits = full.map((meter) => secondsUntilFits(meter, weight, now));
    const known = waits.filter((seconds) => seconds !== undefined);
    return {
      code: 'rate_limited',
      ...(known.length === waits.length && { retryAfter: Math.max(...known) }),
      ...(full.some(({ previousIsFinal }) => !previousIsFinal) && { provisional: true }),
    };
  }
  return meters.flatMap((meter): Charge[] => [
    { kind: 'add', attribute: meter.attribute, amount: weight, atMost: allowance(meter, now) },
    ...clearOutside(
      account,
      meter.prefix,
      windowIndex(meter.windowSeconds, now) - 1,
      windowIndex(meter.windowSeconds, now + FURTHEST_AHEAD_MS),
    ),
  ]);
}

function judgeQuotas(call: Call): Refusal | readonly Charge[] {
  const { now, account } = call;
  const meters = quotaMeters(call);
  const spent = meters.filter(({ used, limit }) => used + 1 > limit);
  if (spent.length > 0) {
    const ends = spent.map(({ period }) => periodEnd(period, now));
    return { code: 'quota_exceeded', retryAfter: Math.ceil((Math.max(...ends) - now) / 1_000) };
  }
  return meters.flatMap(({ attribute, prefix, period, limit }): Charge[] => [
    { kind: 'add', attribute, amount: 1, atMost: limit },
    ...clearOutside(account, prefix, periodIndex(period, now), periodIndex(period, now + FURTHEST_AHEAD_MS)),
  ]);
}

/** The daily cap of a key guards its owner's credits against what a lost key or a loop would spend. */
function judgeDailyCredits({ key, account, now, terms: { cost } }: Call): Refusal | readonly Charge[] {
  const { slot, dailyCredits = null } = key;
  if (slot === null || dailyCredits === null || cost === 0) return NOTHING;
  const prefix = hot.keySpent(slot);
  const today = periodIndex('day', now);
  const attribute = cell(prefix, today);
  if (cost > dailyCredits) return { code: 'daily_credits_spent' };
  if (countAt(account, attribute) + cost > dailyCredits) {
    return { code: 'daily_credits_spent', retryAfter: Math.ceil((periodEnd('day', now) - now) / 1_000) };
  }
  return [
    { kind: 'add', attribute, amount: cost, atMost: dailyCredits },
    ...clearOutside(account, prefix, today, periodIndex('day', now + FURTHEST_AHEAD_MS)),
  ];
}

/** The rules of the check, in the order in which they are judged: the first that refuses gives the answer. */
export const RULES: readonly Rule[] = [
  barrier('revoked', 'key_revoked', isRevoked),
  barrier('disabled', 'key_disabled', ({ key }) => key.disabled),
  barrier('expired', 'key_expired', isExpired),
  barrier('suspended', 'account_suspended', ({ account }) => isSuspended(account)),
  barrier('ip', 'ip_denied', ({ key, ip }) => key.allowedIps.length > 0 && !isAmong(key.allowedIps, ip)),
  { name: 'scope', judge: judgeScopes },
  barrier('environment', 'environment_denied', ({ key, terms }) => !terms.environments.includes(key.environment)),
  { name: 'rate', judge: judgeWindows },
  { name: 'quota', judge: judgeQuotas },
  { name: 'daily_credits', judge: judgeDailyCredits },
  { name: 'credits', judge: (call) => spend(call) ?? { code: 'insufficient_credits' } },
];

/** What an accepted call adds to its key's totals. A former secret's last use is noted apart from the newest one's. */
export function usageOf({ key: { slot, secrets }, keyHash, now }: Call): readonly Charge[] {
  if (slot === null) return NOTHING;
  const former = secrets.slice(0, -1).find((secret) => secret.keyHash === keyHash);
  const attribute = former ? hot.formerUsed(slot, former.place) : hot.lastUsed(slot);
  return [
    { kind: 'add', attribute: hot.requests(slot), amount: 1 },
    { kind: 'set', attribute, value: now },
  ];
}
