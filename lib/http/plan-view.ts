import type { Plan } from '../accounts/plans.ts';

/** A plan as people see it. */
export const viewPlan = (plan: Plan) => ({
  ...plan,
  rateLimits: [...plan.rateLimits],
  packs: [...plan.packs],
});
