import type { Quota, RateLimit } from '../keys/key.ts';

/** Purchased credits, which are kept until they are spent. */
export interface Pack {
  readonly name: PackName;
  readonly credits: number;
  /** In the least unit of the currency. */
  readonly price: { readonly amount: number; readonly currency: 'usd' };
}

/** What an account of a plan may have and use. */
export interface Plan {
  readonly name: PlanName;
  /** Greatest number of keys that are not revoked. */
  readonly keys: number;
  /** Longest life of a key in days, also the default; `null` is without end. */
  readonly keyLifetimeDays: number | null;
  /** Greatest age of a secret in days: by then the key must be rotated; `null` is any. */
  readonly secretMaxAgeDays: number | null;
  /** The owner hears of a key that was not used for so many days; `null` is never. */
  readonly idleNoticeDays: number | null;
  /** A key that was not used for so many days is disabled, until its owner enables it; `null` is never. */
  readonly idleDisableDays: number | null;
  /** Limits of the account as a whole, shared by its keys; at most ten. */
  readonly rateLimits: readonly RateLimit[];
  /** Requests of the account as a whole. */
  readonly quota: Quota | null;
  /** Credits that can be bought, by pack. */
  readonly packs: readonly Pack[];
  /** Credits that come with the plan each calendar month (UTC); what is left of them does not stay. */
  readonly includedCredits: number;
}

export const PACK_NAMES = ['small', 'medium', 'large'] as const;

export type PackName = (typeof PACK_NAMES)[number];

const pack = (name: PackName, credits: number, amount: number): Pack => ({
  name,
  credits,
  price: { amount, currency: 'usd' },
});

const PACKS: readonly Pack[] = [
  pack('small', 10_000, 900),
  pack('medium', 100_000, 7_900),
  pack('large', 1_000_000, 69_900),
];

export const PLAN_NAMES = ['free', 'pro', 'scale'] as const;

export type PlanName = (typeof PLAN_NAMES)[number];

const perMinute = (limit: number): readonly RateLimit[] => [{ name: 'plan', limit, windowSeconds: 60 }];

/** The plans as shipped. */
export const PLANS: Readonly<Record<PlanName, Plan>> = {
  free: {
    name: 'free',
    keys: 3,
    keyLifetimeDays: 365,
    secretMaxAgeDays: null,
    idleNoticeDays: 90,
    idleDisableDays: 180,
    rateLimits: perMinute(600),
    quota: { limit: 50_000, period: 'month' },
    includedCredits: 10_000,
    packs: PACKS,
  },
  pro: {
    name: 'pro',
    keys: 10,
    keyLifetimeDays: 730,
    secretMaxAgeDays: 365,
    idleNoticeDays: 90,
    idleDisableDays: null,
    rateLimits: perMinute(6_000),
    quota: { limit: 5_000_000, period: 'month' },
    includedCredits: 1_000_000,
    packs: PACKS,
  },
  scale: {
    name: 'scale',
    keys: 50,
    keyLifetimeDays: null,
    secretMaxAgeDays: null,
    idleNoticeDays: 90,
    idleDisableDays: null,
    rateLimits: perMinute(30_000),
    quota: null,
    includedCredits: 20_000_000,
    packs: PACKS,
  },
};

/** The plan of an account that never chose one. */
export const DEFAULT_PLAN: PlanName = 'free';

/** Tells a plan's name from any other text. */
export const isPlanName = (text: unknown): text is PlanName => typeof text === 'string' && Object.hasOwn(PLANS, text);
