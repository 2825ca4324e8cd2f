/** What an account of a plan may have. */
export interface Plan {
  readonly name: string;
  /** Greatest number of keys that are not revoked. */
  readonly keys: number;
  /** Longest life of a key in days, also the default; `null` is without end. */
  readonly keyLifetimeDays: number | null;
}

export type PlanName = 'free' | 'pro' | 'scale';

/** The plans as shipped. */
export const PLANS: Readonly<Record<PlanName, Plan>> = {
  free: { name: 'free', keys: 3, keyLifetimeDays: 365 },
  pro: { name: 'pro', keys: 10, keyLifetimeDays: 730 },
  scale: { name: 'scale', keys: 50, keyLifetimeDays: null },
};

/** The plan of an account that never chose one. */
export const DEFAULT_PLAN: PlanName = 'free';

/** Tells a plan's name from any other text. */
export const isPlanName = (text: unknown): text is PlanName => typeof text === 'string' && Object.hasOwn(PLANS, text);
