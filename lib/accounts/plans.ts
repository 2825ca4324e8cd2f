import type { Quota, RateLimit } from '../keys/key.ts';

/** Purchased credits, which are kept until they are spent. */
export interface Pack {
  readonly name: string;
  readonly credits: number;
  /** In the least unit of the currency. */
  readonly price: { readonly amount: number; readonly currency: string };
}

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
  /** Credits that can be bought, by pack. */
  readonly packs: readonly Pack[];
  /** Credits that come with the plan each calendar month (UTC); what is left of them does not stay. */
  readonly includedCredits: number;
}

/** Plans by name. An account that never chose one, or whose plan is no more, is on the first. */
export type Plans = Readonly<Record<string, Plan>>;

const pack = (name: string, credits: number, amount: number): Pack => ({
  name,
  credits,
  price: { amount, currency: 'usd' },
});

const PACKS: readonly Pack[] = [
  pack('small', 10_000, 900),
  pack('medium', 100_000, 7_900),
  pack('large', 1_000_000, 69_900),
];

const perMinute = (limit: number): readonly RateLimit[] => [{ name: 'plan', limit, windowSeconds: 60 }];

/** The plans as shipped: what a deployment has that configures none of its own. */
export const PLANS = {
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
} satisfies Plans;

/** The plan of a name; of any other name the first one. */
export function planNamed(plans: Plans, name: unknown): Plan {
  if (typeof name === 'string' && Object.hasOwn(plans, name)) return plans[name] as Plan;
  return Object.values(plans)[0] as Plan;
}
