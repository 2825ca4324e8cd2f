import type { Period } from '../keys/key.ts';
import type { Call } from './call.ts';
import { balanceOf, type Holder } from './credits.ts';
import { accountQuotaMeters, type QuotaMeter, quotaMeters, rateMeters } from './limits.ts';
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

/** What an account has left. */
export interface AccountStanding {
  readonly quota: QuotaStanding | null;
  readonly credits: { readonly included: number; readonly purchased: number; readonly total: number };
}

/** What a key has left. */
export interface Standing extends AccountStanding {
  readonly rateLimits: readonly RateStanding[];
}

const secondsUntil = (end: number, now: number): number => Math.ceil((end - now) / 1_000);

function tightest(meters: readonly QuotaMeter[], now: number): QuotaStanding | null {
  const quotas = meters.map(({ limit, period, used }) => ({
    limit,
    period,
    remaining: Math.max(0, limit - used),
    resetSeconds: secondsUntil(periodEnd(period, now), now),
  }));
  return quotas.sort((a, b) => a.remaining - b.remaining)[0] ?? null;
}

function creditsOf(holder: Holder): AccountStanding['credits'] {
  const { included, purchased } = balanceOf(holder);
  return { included, purchased, total: included + purchased };
}

/** What an account has left for all its keys together. */
export const accountStanding = (holder: Holder): AccountStanding => ({
  quota: tightest(accountQuotaMeters(holder), holder.now),
  credits: creditsOf(holder),
});

/** What the key of a call has left, as its account stands. */
export function standingOf(call: Call): Standing {
  const { now } = call;
  return {
    rateLimits: rateMeters(call).map((meter) => ({
      name: meter.name,
      limit: meter.limit,
      windowSeconds: meter.windowSeconds,
      remaining: remaining(meter, now),
      resetSeconds: meter.windowSeconds - Math.floor((now / 1_000) % meter.windowSeconds),
    })),
    quota: tightest(quotaMeters(call), now),
    credits: creditsOf(call),
  };
}
