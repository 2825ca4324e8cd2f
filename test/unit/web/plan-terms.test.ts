import { expect, test } from 'vitest';
import { PLANS } from '../../../lib/accounts/plans.ts';
import { termsOf } from '../../../web/src/pages/credits/plan-terms.ts';

test.each([
  ['free', 'plan free: 10,000 credits a month, 600 calls a minute, 50,000 calls a month, 3 keys'],
  ['scale', 'plan scale: 20,000,000 credits a month, 30,000 calls a minute, calls without a quota, 50 keys'],
])('a plan’s terms are told in a line: %s', (name, line) => {
  const plan = PLANS[name];
  if (!plan) throw new Error(`there is no plan ${name}`);
  expect(termsOf(plan as never)).toBe(line);
});
