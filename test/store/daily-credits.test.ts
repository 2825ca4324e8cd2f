import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cell, hot } from '../../lib/accounts/account.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { refund } from '../../lib/metering/refund.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { type Container, newContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser } from '../support/keys.ts';
import { NOW, slotOf } from '../support/records.ts';
import { describeOnEngines, type Store } from '../support/store.ts';

const DAY_MS = 86_400_000;
const cellOf = (at: number) => cell(hot.keySpent(slotOf('0')), periodIndex('day', at));

describeOnEngines('a key with a daily cap of credits', (store: Store) => {
  async function capped(db: Database, dailyCredits: number) {
    const { key, secret } = await madeKey(db, newUser());
    await changeKey(db, key, { dailyCredits });
    return { email: key.email, secret };
  }

  const pay = (container: Container, secret: string, cost: number) =>
    container.check(secret, { terms: { ...DEFAULT_TERMS, cost } });

  test('spends so many and no more, whoever calls at once', async () => {
    const db = store.connect();
    const { email, secret } = await capped(db, 37);
    const fleet = Array.from({ length: 4 }, () => newContainer(store));
    const verdicts = await Promise.all(
      Array.from({ length: 64 }, (_, caller) => pay(fleet[caller % 4] ?? newContainer(store), secret, 1)),
    );
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(37);
    const refused = verdicts.filter((verdict) => !verdict.allowed);
    expect(new Set(refused.map((verdict) => !verdict.allowed && verdict.refusal.code))).toEqual(
      new Set(['daily_credits_spent']),
    );
    expect((await readAccount(db, email)).item[cellOf(NOW)]).toBe(37);
  });

  test('costs one write of one unit a call', async () => {
    const { secret } = await capped(store.connect(), 37);
    const container = newContainer(store);
    await pay(container, secret, 1);
    const before = container.sent.length;
    await pay(container, secret, 1);
    expect(container.sent.slice(before)).toEqual([{ command: 'UpdateItem', units: 1 }]);
  });

  test('hears to the second when the day ends, and begins anew then', async () => {
    const db = store.connect();
    const { email, secret } = await capped(db, 5);
    const container = newContainer(store);
    await pay(container, secret, 4);
    expect(await pay(container, secret, 2)).toMatchObject({
      allowed: false,
      refusal: { code: 'daily_credits_spent', retryAfter: DAY_MS / 2 / 1_000 },
    });
    container.now = NOW + DAY_MS / 2 - 1;
    expect((await pay(container, secret, 2)).allowed).toBe(false);
    container.now += 1;
    expect((await pay(container, secret, 5)).allowed).toBe(true);
    const { item } = await readAccount(db, email);
    expect([item[cellOf(NOW)], item[cellOf(NOW + DAY_MS)]]).toEqual([undefined, 5]);
  });

  test('is told no time to wait by a call that costs more than the cap', async () => {
    const { secret } = await capped(store.connect(), 5);
    const verdict = await pay(newContainer(store), secret, 6);
    expect(verdict).toMatchObject({ allowed: false, refusal: { code: 'daily_credits_spent' } });
    expect(!verdict.allowed && verdict.refusal.retryAfter).toBeUndefined();
  });

  test('gets back what a call that failed has spent, on the same day alone', async () => {
    const db = store.connect();
    const { email, secret } = await capped(db, 5);
    const container = newContainer(store);
    const first = await pay(container, secret, 2);
    const second = await pay(container, secret, 3);
    if (!first.allowed || !first.payment || !second.allowed || !second.payment)
      throw new Error('expected two payments');
    await refund(db, email, first.payment);
    expect((await readAccount(db, email)).item[cellOf(NOW)]).toBe(3);

    container.now = NOW + DAY_MS;
    await pay(container, secret, 1);
    await refund(db, email, second.payment);
    const { item } = await readAccount(db, email);
    expect([item[cellOf(NOW)], item[cellOf(NOW + DAY_MS)]]).toEqual([undefined, 1]);
    // Of the month it is given back all the same.
    expect(item[cell(hot.includedSpent, periodIndex('month', NOW))]).toBe(1);
  });
});
