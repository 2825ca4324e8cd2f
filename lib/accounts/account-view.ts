import { viewBalance } from '../credits/entry-view.ts';
import { balanceOf } from '../metering/credits.ts';
import { type Account, keyCount, lastUseOf, planOf, statusOf } from './account.ts';
import type { Plans } from './plans.ts';

/**
 * An account as admins see it.
 *
 * @param now milliseconds since the epoch.
 */
export function viewAccount(account: Account, plans: Plans, now: number) {
  const plan = planOf(account, plans);
  const lastUse = lastUseOf(account);
  return {
    email: account.email,
    plan: plan.name,
    status: statusOf(account),
    keys: keyCount(account),
    lastUsedAt: lastUse > 0 ? new Date(lastUse).toISOString() : null,
    balance: viewBalance(balanceOf({ account, plan, now })),
  };
}
