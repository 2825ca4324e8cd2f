import { describe, expect, test } from 'vitest';
import { PLANS } from '../../../lib/accounts/plans.ts';
import type { Billing } from '../../../lib/billing/billing.store.ts';
import { beginTopUp, type Request, type Shortfall } from '../../../lib/billing/top-up.ts';
import { periodIndex } from '../../../lib/metering/periods.ts';
import { ADA, NOW } from '../../support/records.ts';

const METHOD = { customer: 'cus_1', id: 'pm_1', brand: 'visa', last4: '4242' };
/** The small pack has 10,000 credits, for 900. */
const billing: Billing = { method: METHOD, topUp: { threshold: 500, pack: 'small', monthlyCap: 2_000 } };

const request = (fields: Partial<Request> = {}): Request => ({
  email: ADA,
  topUpId: 'first',
  left: 500,
  now: NOW,
  ...fields,
});

const charged = (amount: number, now = NOW): Billing => ({
  ...billing,
  charged: { month: periodIndex('month', now), amount },
});

function begin(of: Billing, fields: Partial<Request>): string {
  const begun = beginTopUp(of, PLANS.free, request(fields));
  return typeof begun === 'string' ? begun : `charges ${begun.open.order.amount}`;
}

const HOUR = 3_600_000;
const shortfall = (fields: Partial<Shortfall> = {}): Shortfall => ({ needed: 1_000, left: 900, at: NOW, ...fields });

describe('a top-up begins', () => {
  test.each<[string, Partial<Request>, string]>([
    ['at the threshold', { left: 500 }, 'charges 900'],
    ['not above it', { left: 501 }, 'enough'],
    ['above it if a call needed more', { left: 900, shortfall: shortfall() }, 'charges 900'],
    ['also if others have spent meanwhile', { left: 899, shortfall: shortfall() }, 'charges 900'],
    ['not if credits came since', { left: 901, shortfall: shortfall() }, 'enough'],
    ['not if there is as much as it needed', { left: 900, shortfall: shortfall({ needed: 900 }) }, 'enough'],
    ['not for a call that is long past', { left: 900, shortfall: shortfall({ at: NOW - 6 * HOUR }) }, 'enough'],
    ['of one pack, where more are lacking', { left: 900, shortfall: shortfall({ needed: 20_900 }) }, 'charges 900'],
    ['not if the cap leaves too few', { left: 900, shortfall: shortfall({ needed: 20_901 }) }, 'monthly_cap'],
    ['at the threshold whatever was needed', { left: 500, shortfall: shortfall({ needed: 90_000 }) }, 'charges 900'],
  ])('%s', (_, fields, outcome) => {
    expect(begin(billing, fields)).toBe(outcome);
  });

  test.each([
    [1_100, NOW, 'charges 900'],
    [1_101, NOW, 'monthly_cap'],
    [1_101, NOW - 31 * 24 * HOUR, 'charges 900'],
  ])('with %i charged in the month of %i: %s', (amount, month, outcome) => {
    expect(begin(charged(amount, month), {})).toBe(outcome);
  });

  test('never without its owner having said so, a method, and a pack of the plan', () => {
    expect(begin({}, {})).toBe('off');
    expect(begin({ ...billing, method: undefined }, {})).toBe('off');
    expect(begin({ ...billing, topUp: { threshold: 500, pack: 'huge', monthlyCap: 2_000 } }, {})).toBe('no_pack');
  });
});
