import type { Period } from '../keys/key.ts';
import type { Call } from './call.ts';
import { balanceOf } from './credits.ts';
import { quotaMeters, rateMeters } from './limits.ts';
import { periodEnd } from './periods.ts';
import { remaining } from './windows.ts';

/** One rate limit, and what is left of it. */
export interface RateStanding {
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Whole seconds until this window ends. */
  readonly resetSeconds: number;
}

/** The tighter one of the quotas of plan and key. */
export interface QuotaStanding {
  readonly limit: number;
  readonly period: Period;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** What a key has left. */
export interface Standing {
  readonly rateLimits: readonly RateStanding[];
  readonly quota: QuotaStanding | null;
  readonly credits: { readonly included: number; readonly purchased: number; readonly total: number };
}

const secondsUntil = (end: number, now: number): number => Math.ceil((end - now) / 1_000);

/** What the key of a call has left, as its account stands. */
export function standingOf(call: Call): Standing {
  const { now } = call;
  const { included, purchased } = balanceOf(call);
  const quotas = quotaMeters(call).map(({ limit, period, used }) => ({
    limit,
    period,
    remaining: Math.max(0, limit - used),
    resetSeconds: secondsUntil(periodEnd(period, now), now),
  }));
  return {
    rateLimits: rateMeters(call).map((meter) => ({
      name: meter.name,
      limit: meter.limit,
      windowSeconds: meter.windowSeconds,
      remaining: remaining(meter, now),
      resetSeconds: meter.windowSeconds - Math.floor((now / 1_000) % meter.windowSeconds),
    })),
    quota: quotas.sort((a, b) => a.remaining - b.remaining)[0] ?? null,
    credits: { included, purchased, total: included + purchased },
  };
}
