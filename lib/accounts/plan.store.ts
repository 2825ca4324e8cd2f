import type { Database } from '../store/database.ts';
import { hot, planOf } from './account.ts';
import { type ChangeContext, changeAccount } from './change.store.ts';
import type { PlanName } from './plans.ts';

/**
 * Puts an account on a plan, from its next call on: limits, quota and included credits are the new plan's, and what was used
 * of them counts. Keys beyond the new plan's number stay. An account that is on the plan already is not changed.
 *
 * @returns the plan that it was on.
 * @throws ChangeConflict if the account kept changing.
 */
export const changePlan = (db: Database, context: ChangeContext, plan: PlanName): Promise<PlanName> =>
  changeAccount(db, context, ({ account }) => {
    const before = planOf(account);
    if (before === plan) return { result: before };
    const event = { type: 'plan.changed', changes: { plan: { before, after: plan } } } as const;
    return { change: { set: { [hot.plan]: plan }, keys: [], events: [event] }, result: before };
  });
