import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { type Billing, readBilling } from '../../lib/billing/billing.store.ts';
import type { PaymentProvider } from '../../lib/billing/provider.ts';
import { setTopUp, topUp } from '../../lib/billing/top-up.store.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import type { Database } from '../../lib/store/database.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';
import { openTill, purchased, typesOf } from '../support/till.ts';

const till = openTill();

describeOnAnEngine('a saved payment method', (store) => {
  const THRESHOLD = 5_000;

  /** An account that is to be topped up, with no more credits than the threshold. */
  async function low(db: Database, monthlyCap = 2_000): Promise<Email> {
    const email = newUser();
    await till.buy(db, email, true);
    const set = await setTopUp(db, contextOf(email), { threshold: THRESHOLD, pack: 'small', monthlyCap });
    expect(set.kind).toBe('changed');
    await spend(db, email);
    return email;
  }

  /** Leaves an account with no more than the threshold. */
  async function spend(db: Database, email: Email, at = NOW): Promise<void> {
    const account = await readAccount(db, email);
    const spent = countAt(account, hot.purchasedCredits) - 4_000;
    await setHot(db, email, {
      [spentThisMonth(at)]: 10_000,
      [hot.purchasedCredits]: 4_000,
      [hot.purchasedSpent]: countAt(account, hot.purchasedSpent) + spent,
    });
  }

  /** Ids are unique in all accounts: the provider knows a charge by it. */
  const ask = (db: Database, email: Email, id: string, at = NOW) =>
    topUp(db, till.provider, { email, id: `${email} ${id}` }, at);
  const charges = () => till.payments.asked.filter((route) => route === 'POST /v1/payment_intents').length;

  test('is charged at the threshold, and its notices change nothing more', async () => {
    const db = store.connect();
    const email = await low(db);
    await ask(db, email, 'first');
    expect(await purchased(db, email)).toBe(14_000);
    await till.takeAll(db);
    await ask(db, email, 'first');
    expect(await purchased(db, email)).toBe(14_000);
    const { open, charged } = await readBilling(db, email);
    expect([open, charged?.amount]).toEqual([undefined, 900]);
  });

  test('is charged once for as many as ask at once', async () => {
    const db = store.connect();
    const email = await low(db);
    const before = till.payments.ledger.intents.size;
    await Promise.all(Array.from({ length: 8 }, (_, asker) => ask(store.connect(), email, `asker${asker}`)));
    expect(till.payments.ledger.intents.size).toBe(before + 1);
    expect(await purchased(db, email)).toBe(14_000);
    till.newNotices();
  });

  test('is charged no more than the cap in a month', async () => {
    const db = store.connect();
    const email = await low(db);
    for (const id of ['first', 'second', 'third', 'fourth']) {
      await ask(db, email, id);
      await spend(db, email);
    }
    expect((await readBilling(db, email)).charged?.amount).toBe(1_800);
    expect((await typesOf(store, email)).filter((type) => type === 'top_up.failed')).toHaveLength(1);
    const december = NOW + 31 * 86_400_000;
    await spend(db, email, december);
    await ask(db, email, 'next month', december);
    expect((await readBilling(db, email)).charged?.amount).toBe(900);
    till.newNotices();
  });

  test('is charged no more once it is declined', async () => {
    const db = store.connect();
    const email = await low(db);
    till.payments.declines = true;
    await ask(db, email, 'first');
    till.payments.declines = false;
    await till.takeAll(db);
    const { topUp: after, open, charged } = await readBilling(db, email);
    expect([after, open, charged?.amount]).toEqual([undefined, undefined, 0]);
    expect(countAt(await readAccount(db, email), hot.topUpAt)).toBe(0);
    const before = charges();
    await ask(db, email, 'second');
    expect(charges()).toBe(before);
    expect(await typesOf(store, email)).toContain('top_up.failed');
  });

  test.each(Array.from({ length: 14 }, (_, at) => [at]))(
    'is charged and credited once if it is cut off at store call %i and repeated',
    async (crashAt) => {
      const db = store.connect();
      const email = await low(db);
      const before = till.payments.ledger.intents.size;
      for (const mode of ['before', 'after'] as const) {
        let call = 0;
        const crashing = store.connect(async (_, proceed) => {
          const isCrash = call++ === crashAt;
          if (isCrash && mode === 'before') throw new Error('crash');
          const answer = await proceed();
          if (isCrash) throw new Error('crash');
          return answer;
        });
        await ask(crashing, email, 'first').catch(() => undefined);
      }
      await ask(db, email, 'first');
      await till.takeAll(db);
      expect(till.payments.ledger.intents.size).toBe(before + 1);
      expect(await purchased(db, email)).toBe(14_000);
      expect((await readBilling(db, email)).open).toBeUndefined();
    },
  );

  test('is not asked for again under an id that the provider has forgotten', async () => {
    const db = store.connect();
    const email = await low(db);
    const lost: PaymentProvider = { ...till.provider, charge: () => Promise.reject(new Error('cut off')) };
    await expect(topUp(db, lost, { email, id: 'first' }, NOW)).rejects.toThrow('cut off');
    const before = charges();
    await ask(db, email, 'second', NOW + 23 * 3_600_000);
    expect(charges()).toBe(before);
    const after: Billing = await readBilling(db, email);
    // It may have been charged: the cap holds also then.
    expect([after.open, after.topUp, after.charged?.amount]).toEqual([undefined, undefined, 900]);
    expect((await eventsOf(store, email)).map(({ details }) => details)).toContainEqual({
      reason: 'unknown_outcome',
      pack: 'small',
    });
  });

  test('whose payment takes days is looked at, and neither charged again nor given up', async () => {
    const db = store.connect();
    const email = await low(db);
    const slow: PaymentProvider = {
      ...till.provider,
      charge: async (...given) => {
        const outcome = await till.provider.charge(...given);
        if (outcome.kind === 'charged') intentOf(outcome.paymentId).status = 'processing';
        return outcome;
      },
    };
    const intentOf = (id: string) => till.payments.ledger.intents.get(id) ?? expect.fail();
    const before = charges();
    await topUp(db, slow, { email, id: 'slow' }, NOW);
    for (const days of [1, 2]) await topUp(db, slow, { email, id: `day ${days}` }, NOW + days * 86_400_000);
    const { open, topUp: settings } = await readBilling(db, email);
    expect([charges() - before, settings?.pack]).toEqual([1, 'small']);
    intentOf(open?.paymentId ?? '').status = 'succeeded';
    await topUp(db, slow, { email, id: 'day 3' }, NOW + 3 * 86_400_000);
    expect(await purchased(db, email)).toBe(14_000);
    expect((await readBilling(db, email)).open).toBeUndefined();
    till.newNotices();
  });

  test('is due at once where the threshold is reached already', async () => {
    const db = store.connect();
    const email = await low(db);
    const set = (threshold: number) => setTopUp(db, contextOf(email), { threshold, pack: 'small', monthlyCap: 2_000 });
    await set(3_999);
    expect(await typesOf(store, email)).not.toContain('top_up.due');
    await set(4_000);
    expect(await eventsOf(store, email)).toContainEqual(
      expect.objectContaining({ type: 'top_up.due', details: { left: 4_000, threshold: 4_000 } }),
    );
  });

  test('is not set without a saved method, a pack of the plan, or a cap that covers it', async () => {
    const db = store.connect();
    const email = newUser();
    const set = (pack: string, monthlyCap: number) =>
      setTopUp(db, contextOf(email), { threshold: 1, pack, monthlyCap });
    expect((await set('small', 900)).kind).toBe('no_method');
    expect((await set('huge', 900)).kind).toBe('no_pack');
    expect((await set('small', 899)).kind).toBe('low_cap');
    expect(await typesOf(store, email)).toEqual([]);
  });
});
