import { expect, test } from 'vitest';
import { itemSize } from '../../bench/support/item-size.ts';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { accountKey, hot } from '../../lib/accounts/account.ts';
import { moveCredits } from '../../lib/credits/credits.store.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import { newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { changeKey, contextOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { SMALL_PLANS, withPlans } from '../support/small-plans.ts';
import { describeOnEngines } from '../support/store.ts';

const INCLUDED = 100;
const plan = { ...SMALL_PLANS.free, includedCredits: INCLUDED, quota: { limit: 100, period: 'month' } as const };

describeOnEngines('levels that an account reaches', (given) => {
  const store = withPlans(given, { free: plan });

  test('cost nothing: with credits, quotas, a daily cap and top-ups each call is one write of one unit, and told of', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    await changeKey(db, key, {
      rateLimits: [{ name: 'own', limit: 1_000, windowSeconds: 60 }],
      quota: { limit: 99, period: 'day' },
      dailyCredits: 200,
    });
    await setHot(db, key.email, { [hot.topUpAt]: 3, [hot.purchasedCredits]: 2, [hot.purchasedSpent]: 5 });
    const container = newContainer(store);
    await container.check(secret);
    const levels = new Set<string>();
    const before = container.sent.length;
    for (let call = 2; call <= 99; call++) {
      const verdict = await container.check(secret);
      expect(verdict.allowed).toBe(true);
      for (const { kind, percent } of verdict.alerts ?? []) levels.add(`${kind} ${percent}`);
    }
    expect(container.sent.slice(before)).toEqual(Array(98).fill({ command: 'UpdateItem', units: 1 }));
    expect([...levels].sort()).toEqual([
      'credits 20',
      'credits 5',
      'key_quota 100',
      'key_quota 80',
      'quota 80',
      'top_up 0',
    ]);
    const { item } = await readAccount(db, key.email);
    expect(itemSize({ ...accountKey(key.email), ...item })).toBeLessThan(1_024);
  });

  test('are told by refused calls where no accepted one could: credits that were taken back', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const { email } = key;
    await moveCredits(db, contextOf(email), { amount: 50, reason: 'test' });
    await setHot(db, email, { [spentThisMonth(NOW)]: INCLUDED, [hot.topUpAt]: 0 });
    const container = newContainer(store);
    expect((await container.check(secret)).allowed).toBe(true);
    await moveCredits(db, contextOf(email), { amount: -49, reason: 'test' });
    const verdict = await container.check(secret);
    expect(verdict).toMatchObject({ allowed: false, refusal: { code: 'insufficient_credits' } });
    expect(verdict.alerts?.map(({ kind, percent }) => [kind, percent])).toEqual([
      ['credits', 0],
      ['shortfall', 0],
    ]);
  });
});
