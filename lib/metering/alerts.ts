import { type Account, countAt, hot, versionOf } from '../accounts/account.ts';
import type { Call } from './call.ts';
import { balanceOf } from './credits.ts';
import { type QuotaMeter, quotaMeters } from './limits.ts';
import { periodIndex } from './periods.ts';
import type { Refusal, RefusalCode } from './verdict.ts';

/** What an owner is told of. */
export const ALERT_KINDS = ['credits', 'quota', 'key_quota', 'top_up', 'shortfall'] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

/** A level that an account has reached: one for each kind, the gravest. */
export interface Alert {
  readonly kind: AlertKind;
  /** The level, in percent of `of`; 0 of a top-up and a shortfall, whose level is `of` itself. */
  readonly percent: number;
  /** Credits left, or requests counted. */
  readonly value: number;
  /** The period's included credits, the quota, the owner's threshold, or what the refused call needed. */
  readonly of: number;
  /** Within it each level is told once. */
  readonly period: string;
}

const HOUR_MS = 3_600_000;
/** Percent of the period's credits that are left, the gravest first. */
const CREDITS_LEFT = [0, 5, 20];
/** Percent of a quota that are used, the gravest first. */
const QUOTA_USED = [100, 80];

function creditsAlert(left: number, of: number, now: number): Alert[] {
  const percent = CREDITS_LEFT.find((level) => left * 100 <= level * of);
  return percent === undefined
    ? []
    : [{ kind: 'credits', percent, value: left, of, period: `m${periodIndex('month', now)}` }];
}

function quotaAlert({ used, limit, period }: QuotaMeter, kind: AlertKind, now: number): Alert[] {
  const percent = QUOTA_USED.find((level) => used * 100 >= level * limit);
  const name = `${period[0]}${periodIndex(period, now)}`;
  return percent === undefined ? [] : [{ kind, percent, value: used, of: limit, period: name }];
}

/** Credits that come end this level's time, as it may be reached again; else it is told once a day. */
function topUpAlert(account: Account, left: number, now: number): Alert[] {
  const threshold = account.item[hot.topUpAt];
  if (typeof threshold !== 'number' || left > threshold) return [];
  const granted = countAt(account, hot.purchasedCredits) + countAt(account, hot.purchasedSpent);
  const period = `g${granted}d${periodIndex('day', now)}`;
  return [{ kind: 'top_up', percent: 0, value: left, of: threshold, period }];
}

/**
 * A call may need more than is left of an account that is above its owner's threshold still. It is told anew once the account
 * has changed in any way (credits came, a cap was raised), else once an hour, as what was told may have come to nothing.
 */
function shortfallAlert({ account, terms, now }: Call, left: number): Alert[] {
  if (typeof account.item[hot.topUpAt] !== 'number') return [];
  const period = `v${versionOf(account)}h${Math.floor(now / HOUR_MS)}`;
  return [{ kind: 'shortfall', percent: 0, value: left, of: terms.cost, period }];
}

/** The levels of an account's credits, and what else is to be told of how many are left. */
function balanceAlerts(call: Call, toppedUp: (left: number) => Alert[]): Alert[] {
  const { included, purchased } = balanceOf(call);
  const left = included + purchased;
  return [...creditsAlert(left, call.plan.includedCredits, call.now), ...toppedUp(left)];
}

const quotaAlerts = (call: Call): Alert[] =>
  quotaMeters(call).flatMap((meter) =>
    quotaAlert(meter, meter.prefix.startsWith('R') ? 'quota' : 'key_quota', call.now),
  );

/**
 * The levels that an account has reached with an accepted call, as it stands after it. They are told with every call that
 * finds them so, and become one event each when they are recorded: what one call's log loses the next one tells.
 *
 * @param call with the account as the call has left it.
 */
export const alertsOf = (call: Call): Alert[] => [
  ...balanceAlerts(call, (left) => topUpAlert(call.account, left, call.now)),
  ...quotaAlerts(call),
];

/** An account may come to a level by no call: then those that are refused for it are all that there are to tell of it. */
const REFUSED_FOR: Partial<Record<RefusalCode, (call: Call) => Alert[]>> = {
  insufficient_credits: (call) => balanceAlerts(call, (left) => shortfallAlert(call, left)),
  quota_exceeded: quotaAlerts,
};

/** The levels for which a call was refused. */
export const alertsOfRefusal = (call: Call, { code }: Refusal): Alert[] => REFUSED_FOR[code]?.(call) ?? [];

/** Alerts as one text of a log line; empty where there are none. */
export const writeAlerts = (alerts: readonly Alert[]): string =>
  alerts.map(({ kind, percent, value, of, period }) => [kind, percent, value, of, period].join(':')).join(' ');

const WRITTEN = new RegExp(`^(${ALERT_KINDS.join('|')}):(\\d{1,3}):(\\d{1,15}):(\\d{1,15}):([a-z0-9]{1,32})$`);

/** Reads the text that `writeAlerts` made; what is none is left out. */
export function readAlerts(text: unknown): Alert[] {
  if (typeof text !== 'string' || text.length > 1_024) return [];
  return text.split(' ').flatMap((word) => {
    const [, kind, percent, value, of, period = ''] = WRITTEN.exec(word) ?? [];
    if (kind === undefined) return [];
    return [{ kind: kind as AlertKind, percent: Number(percent), value: Number(value), of: Number(of), period }];
  });
}
