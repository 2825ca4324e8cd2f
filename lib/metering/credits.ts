import { cell, countAt, hot } from '../accounts/account.ts';
import { type Call, FURTHEST_AHEAD_MS } from './call.ts';
import type { Charge } from './charge.ts';
import { clearOutside } from './limits.ts';
import { periodIndex } from './periods.ts';

/** What an account can still spend. */
export interface CreditBalance {
  /** Left of this month's included credits. */
  readonly included: number;
  readonly purchased: number;
}

/** Whose balance it is, and when. */
export type Holder = Pick<Call, 'account' | 'plan' | 'now'>;

/** The counter of included credits spent in the month of a time. */
export const spentThisMonth = (now: number): string => cell(hot.includedSpent, periodIndex('month', now));

/** An account's balance. A new month begins with all included credits, also for accounts that make no call. */
export const balanceOf = ({ account, plan, now }: Holder): CreditBalance => ({
  included: Math.max(0, plan.includedCredits - countAt(account, spentThisMonth(now))),
  purchased: countAt(account, hot.purchasedCredits),
});

/**
 * What a cost takes from each balance, the included one first.
 *
 * @returns `undefined` if both together do not hold as much.
 */
export function spend(call: Call): Charge[] | undefined {
  const { cost } = call.terms;
  if (cost === 0) return [];
  const { included, purchased } = balanceOf(call);
  if (cost > included + purchased) return undefined;
  const fromIncluded = Math.min(cost, included);
  const attribute = spentThisMonth(call.now);
  const charges: Charge[] = [
    ...clearOutside(
      call.account,
      hot.includedSpent,
      // The ledger still reads what the last month came to.
      periodIndex('month', call.now) - 1,
      periodIndex('month', call.now + FURTHEST_AHEAD_MS),
    ),
  ];
  if (fromIncluded > 0) {
    charges.push({ kind: 'add', attribute, amount: fromIncluded, atMost: call.plan.includedCredits });
  }
  if (cost > fromIncluded) {
    const amount = cost - fromIncluded;
    charges.push({ kind: 'take', attribute: hot.purchasedCredits, amount });
    charges.push({ kind: 'add', attribute: hot.purchasedSpent, amount });
  }
  return charges;
}
