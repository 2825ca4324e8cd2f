import { PLANS, type Plan, type Plans } from '../../lib/accounts/plans.ts';
import type { Store } from './store.ts';

/** A plan whose credits are all that limits its calls; its quota is counted, and far away. */
const plan = (name: string, includedCredits: number): Plan => ({
  ...PLANS.free,
  name,
  rateLimits: [],
  quota: { limit: 1_000_000, period: 'month' },
  includedCredits,
});

/** Plans of which the included credits are soon spent. */
export const SMALL_PLANS = {
  free: plan('free', 40),
  pro: plan('pro', 90),
  scale: plan('scale', 200),
} satisfies Plans;

/** A store of a deployment with plans of its own. */
export const withPlans = (store: Store, plans: Plans): Store => ({
  ...store,
  connect: (intercept) => ({ ...store.connect(intercept), plans }),
});
