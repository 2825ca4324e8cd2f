import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, type HotItem, hot } from '../../../lib/accounts/account.ts';
import type { Plan } from '../../../lib/accounts/plans.ts';
import { emptyLedger, type LedgerHead, type Movement, settle } from '../../../lib/credits/ledger.ts';
import { balanceOf, spentThisMonth } from '../../../lib/metering/credits.ts';
import { periodIndex } from '../../../lib/metering/periods.ts';
import { accountWith, NOW } from '../../support/records.ts';
import { SMALL_PLANS } from '../../support/small-plans.ts';

const DAY_MS = 86_400_000;

/** Calls between two looks of the ledger, after some days; a plan may come with them. */
const step = fc.record({
  days: fc.nat(70),
  spend: fc.integer({ min: -20, max: 60 }),
  plan: fc.option(fc.constantFrom<Plan>(...Object.values(SMALL_PLANS)), { nil: undefined }),
  /** Whether the ledger is brought up afterwards. */
  settles: fc.boolean(),
});

/** Spends by the rules of the check: included credits first, and those of months before the last are cleared. */
function spend(item: Record<string, number>, plan: Plan, amount: number, now: number): void {
  const attribute = spentThisMonth(now);
  for (const name of Object.keys(item)) {
    const isOld = name.startsWith(hot.includedSpent) && name < cell(hot.includedSpent, periodIndex('month', now) - 1);
    if (isOld) delete item[name];
  }
  const spent = item[attribute] ?? 0;
  const { c = 0, x = 0 } = item;
  // Less than nothing is what a call that failed is given back.
  if (amount < 0) {
    item[attribute] = Math.max(0, spent + amount);
    return;
  }
  const included = Math.min(amount, Math.max(0, plan.includedCredits - spent));
  const purchased = Math.min(amount - included, c);
  Object.assign(item, { [attribute]: spent + included, c: c - purchased, x: x + purchased });
}

test('whenever a ledger is brought up to an account, each line follows from the one before, and the last is its balance', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let now = NOW;
      let plan: Plan = SMALL_PLANS.free;
      const item: Record<string, number> = { c: 500, x: 0 };
      let head: LedgerHead = { ...emptyLedger(plan, now), balance: { included: plan.includedCredits, purchased: 500 } };
      let before = head.balance;
      for (const one of [...steps, { days: 0, spend: 1, plan: undefined, settles: true }]) {
        now += one.days * DAY_MS;
        plan = one.plan ?? plan;
        spend(item, plan, one.spend, now);
        if (!one.settles) continue;
        const account = accountWith(item as HotItem);
        const settled = settle(head, account, plan, now);
        for (const { kind, included, purchased, balance } of settled.movements as readonly Movement[]) {
          expect(balance).toEqual({ included: before.included + included, purchased: before.purchased + purchased });
          expect(Math.min(balance.included, balance.purchased)).toBeGreaterThanOrEqual(0);
          if (kind !== 'spend') expect(purchased).toBe(0);
          before = balance;
        }
        head = settled.head;
        expect(before).toEqual(balanceOf({ account, plan, now }));
        expect(head.balance).toEqual(before);
        expect(settle(head, account, plan, now).movements).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
