import type { Quota, RateLimit } from '../keys/key.ts';

/** What an account of a plan may have and use. */
export interface Plan {
  readonly name: string;
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
  /** Credits that come with the plan each calendar month (UTC); what is left of them does not stay. */
  readonly includedCredits: number;
}

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
  },
};

/** The plan of an account that never chose one. */
export const DEFAULT_PLAN: PlanName = 'free';

/** Tells a plan's name from any other text. */
export const isPlanName = (text: unknown): text is PlanName => typeof text === 'string' && Object.hasOwn(PLANS, text);
