import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { type Billing, readBilling } from '../../lib/billing/billing.store.ts';
import { type PaymentProvider, UnsignedNotice, WrongPayment } from '../../lib/billing/provider.ts';
import { settlePayment } from '../../lib/billing/settle.store.ts';
import { stripeProvider } from '../../lib/billing/stripe.ts';
import { setTopUp, topUp } from '../../lib/billing/top-up.store.ts';
import { readLedger } from '../../lib/credits/credits.store.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Intent, Session } from '../../local/payments/ledger.ts';
import { type Payments, type SignedNotice, startPayments } from '../../local/payments/server.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine, type Store } from '../support/store.ts';

let payments: Payments;
let provider: PaymentProvider;
let notices: SignedNotice[] = [];
beforeAll(async () => {
  payments = await startPayments({ onNotice: (notice) => notices.push(notice) });
  provider = stripeProvider({ apiKey: 'sk_test_local', webhookSecret: 'whsec_local', url: payments.url });
});
afterAll(() => payments.close());

const PACK = { pack: 'small', credits: 10_000, amount: 900, currency: 'usd' };

/** Opens a checkout for a user, as the handler does. */
async function checkout(email: Email, saveMethod = false): Promise<Session> {
  const { url } = await provider.checkout({ email, ...PACK }, { returnUrl: 'http://localhost/credits', saveMethod });
  const session = payments.ledger.sessions.get(url.split('/').at(-1) ?? '');
  if (!session) throw new Error(`no session at ${url}`);
  return session;
}

/** What the webhook does with a notice. */
async function take(db: Database, { body, signature }: SignedNotice): Promise<boolean> {
  const notice = provider.noticeOf(body, signature);
  return notice !== undefined && settlePayment(db, provider, notice, NOW);
}

const purchased = async (db: Database, email: Email): Promise<number> =>
  countAt(await readAccount(db, email), hot.purchasedCredits);

async function kindsOf(db: Database, email: Email): Promise<[string, number][]> {
  const { entries } = await readLedger(db, email, NOW, { limit: 100 });
  return entries.map(({ kind, purchased: amount }): [string, number] => [kind, amount]).reverse();
}

/** What the provider has told since it was last asked. */
function newNotices(): SignedNotice[] {
  const told = notices;
  notices = [];
  return told;
}

const typesOf = async (store: Store, email: Email) => (await eventsOf(store, email)).map(({ type }) => type);

describe('a notice', () => {
  test.each<[string, (notice: SignedNotice) => SignedNotice]>([
    ['with a wrong signature', (notice) => ({ ...notice, signature: notice.signature.replace(/v1=./, 'v1=z') })],
    ['with no signature', (notice) => ({ ...notice, signature: '' })],
    ['whose body was changed', ({ body, signature }) => ({ body: body.replace('pi_', 'pj_'), signature })],
    ['of another time', () => payments.sign('payment_intent.succeeded', { id: 'pi_1' }, NOW / 1_000 - 301)],
  ])('%s is not believed', (_, forge) => {
    const notice = payments.sign('payment_intent.succeeded', { id: 'pi_1' });
    expect(() => provider.noticeOf(forge(notice).body, forge(notice).signature)).toThrow(UnsignedNotice);
  });

  test('of a type that is not known is about nothing', () => {
    const { body, signature } = payments.sign('customer.created', { id: 'cus_1' });
    expect(provider.noticeOf(body, signature)).toBeUndefined();
  });

  test.each([
    ['amount', { amount_total: 901 }],
    ['currency', { currency: 'eur' }],
  ])('of a session with another %s than was ordered is refused', async (_, fields) => {
    const session = await checkout(newUser());
    const { body, signature } = payments.sign('checkout.session.completed', { ...session, ...fields });
    expect(() => provider.noticeOf(body, signature)).toThrow(WrongPayment);
  });
});

describeOnAnEngine('a payment', (store) => {
  /** A pack that was paid, and taken by the webhook. */
  async function buy(db: Database, email: Email, saveMethod = false): Promise<Intent> {
    const intent = payments.pay(await checkout(email, saveMethod));
    for (const notice of newNotices()) await take(db, notice);
    return intent;
  }

  test('becomes credits, with a line and an event', async () => {
    const db = store.connect();
    const email = newUser();
    const { id } = await buy(db, email);
    expect(await purchased(db, email)).toBe(10_000);
    expect(await kindsOf(db, email)).toEqual([['purchase', 10_000]]);
    const events = await eventsOf(store, email);
    expect(events).toMatchObject([
      {
        type: 'credits.purchased',
        details: { paymentId: id, amount: 10_000, pack: 'small', price: { amount: 900, currency: 'usd' } },
      },
    ]);
  });

  test('of another amount than was ordered is refused, and nothing is written', async () => {
    const db = store.connect();
    const email = newUser();
    const session = await checkout(email);
    const intent = payments.ledger.intentOf(session);
    payments.ledger.intents.set(intent.id, { ...intent, amount: 899 });
    payments.ledger.succeed(payments.ledger.intents.get(intent.id) as Intent);
    const before = await store.dump();
    await expect(take(db, payments.sign('payment_intent.succeeded', { id: intent.id }))).rejects.toThrow(WrongPayment);
    expect(await store.dump()).toEqual(before);
  });

  test('of others in the same Stripe account is none of ours', async () => {
    const db = store.connect();
    const intent = payments.ledger.openIntent({
      amount: 5,
      currency: 'usd',
      customer: null,
      metadata: {},
      setup_future_usage: null,
    });
    const before = await store.dump();
    expect(await take(db, payments.sign('payment_intent.succeeded', { id: intent.id }))).toBe(false);
    expect(await store.dump()).toEqual(before);
  });

  test('that is under way gives nothing yet, and if it fails its owner hears of it once', async () => {
    const db = store.connect();
    const email = newUser();
    const session = await checkout(email);
    const intent = payments.ledger.intentOf(session);
    intent.status = 'processing';
    await take(db, payments.sign('checkout.session.completed', session));
    payments.ledger.fail(intent);
    const failed = payments.sign('checkout.session.async_payment_failed', session);
    for (let time = 0; time < 3; time++) await take(db, failed);
    expect(await purchased(db, email)).toBe(0);
    expect(await typesOf(store, email)).toEqual(['payment.failed']);
  });

  test('that is refunded in part, disputed and won comes to what was kept', async () => {
    const db = store.connect();
    const email = newUser();
    const intent = await buy(db, email);
    payments.refund(intent, 90);
    const dispute = payments.dispute(intent, 810);
    for (const notice of newNotices()) await take(db, notice);
    expect(await purchased(db, email)).toBe(0);
    payments.closeDispute(dispute, 'won');
    for (const notice of newNotices()) await take(db, notice);
    expect(await purchased(db, email)).toBe(9_000);
  });

  test('takes back no more than there is', async () => {
    const db = store.connect();
    const email = newUser();
    const intent = await buy(db, email);
    await setHot(db, email, { [hot.purchasedCredits]: 400, [hot.purchasedSpent]: 9_600 });
    payments.refund(intent, 900);
    for (const notice of newNotices()) await take(db, notice);
    expect(await purchased(db, email)).toBe(0);
    expect(await kindsOf(db, email)).toEqual([
      ['purchase', 10_000],
      ['spend', -9_600],
      ['reversal', -400],
    ]);
  });

  test('is credited once, however often, in whatever order, by however many at once and with a crash wherever', async () => {
    const email = newUser();
    const db = store.connect();
    const plan = fc.record({
      payments: fc.integer({ min: 1, max: 2 }),
      back: fc.constantFrom('nothing', 'refund', 'dispute', 'dispute won'),
      times: fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
      crashAt: fc.array(fc.record({ call: fc.nat(60), isDone: fc.boolean() }), { maxLength: 10 }),
      order: fc.infiniteStream(fc.nat(1_000)),
    });
    let expected = 0;
    await fc.assert(
      fc.asyncProperty(plan, async ({ payments: count, back, times, crashAt, order }) => {
        for (let one = 0; one < count; one++) {
          const intent = payments.pay(await checkout(email));
          expected += 10_000;
          if (one > 0 || back === 'nothing') continue;
          if (back === 'refund') payments.refund(intent, 450);
          const dispute = back === 'refund' ? undefined : payments.dispute(intent);
          if (dispute && back === 'dispute won') payments.closeDispute(dispute, 'won');
          if (back !== 'dispute won') expected -= back === 'refund' ? 5_000 : 10_000;
        }
        const told = newNotices().flatMap((notice) => Array.from({ length: times.next().value ?? 1 }, () => notice));
        const queue = told
          .map((notice) => ({ notice, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ notice }) => notice);
        // Before or after the store has done what it was asked.
        let call = 0;
        const crashes = new Map(crashAt.map((crash) => [crash.call, crash.isDone]));
        const crashing = store.connect(async (_, proceed) => {
          const isDone = crashes.get(call++);
          if (isDone === undefined) return proceed();
          if (isDone) await proceed();
          throw new Error('crash');
        });
        const worker = async () => {
          for (let notice = queue.shift(); notice; notice = queue.shift()) {
            // What was not taken is sent again.
            const given = notice;
            await take(crashing, given).catch(() => queue.push(given));
          }
        };
        await Promise.all(Array.from({ length: 8 }, worker));
        expect(await purchased(db, email)).toBe(expected);
      }),
      { numRuns: 8 },
    );
    const sum = (await kindsOf(db, email)).reduce((total, [, amount]) => total + amount, 0);
    expect(sum).toBe(expected);
  }, 60_000);

  test.each([
    ['before', false],
    ['after', true],
  ])(
    'is credited once, and a refund taken back once, if cut off %s any store call and sent again',
    async (_, isDone) => {
      const db = store.connect();
      let isCut = true;
      let cuts = 0;
      for (; isCut; cuts++) {
        isCut = false;
        let call = 0;
        const crashing = store.connect(async (__, proceed) => {
          if (call++ !== cuts) return proceed();
          isCut = true;
          if (isDone) await proceed();
          throw new Error('crash');
        });
        const email = newUser();
        const intent = payments.pay(await checkout(email));
        const tellAll = async () => {
          for (const notice of newNotices()) {
            await take(crashing, notice).catch(() => take(db, notice));
          }
        };
        await tellAll();
        payments.refund(intent, 450);
        await tellAll();
        expect(await kindsOf(db, email)).toEqual([
          ['purchase', 10_000],
          ['reversal', -5_000],
        ]);
        expect(await purchased(db, email)).toBe(5_000);
      }
      // Both are written by more than a call or two: none was left out.
      expect(cuts).toBeGreaterThan(10);
    },
  );

  describe('by which its owner lets us top up', () => {
    const THRESHOLD = 5_000;

    /** An account that is to be topped up, with no more credits than the threshold. */
    async function low(db: Database, monthlyCap = 2_000): Promise<Email> {
      const email = newUser();
      await buy(db, email, true);
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
      topUp(db, provider, { email, id: `${email} ${id}`, at });
    const charges = () => payments.asked.filter((route) => route === 'POST /v1/payment_intents').length;

    test('is charged at the threshold, and its notices change nothing more', async () => {
      const db = store.connect();
      const email = await low(db);
      await ask(db, email, 'first');
      expect(await purchased(db, email)).toBe(14_000);
      for (const notice of newNotices()) await take(db, notice);
      await ask(db, email, 'first');
      expect(await purchased(db, email)).toBe(14_000);
      const { open, charged } = await readBilling(db, email);
      expect([open, charged?.amount]).toEqual([undefined, 900]);
    });

    test('is charged once for as many as ask at once', async () => {
      const db = store.connect();
      const email = await low(db);
      const before = payments.ledger.intents.size;
      await Promise.all(Array.from({ length: 8 }, (_, asker) => ask(store.connect(), email, `asker${asker}`)));
      expect(payments.ledger.intents.size).toBe(before + 1);
      expect(await purchased(db, email)).toBe(14_000);
      newNotices();
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
      newNotices();
    });

    test('is charged no more once it is declined', async () => {
      const db = store.connect();
      const email = await low(db);
      payments.declines = true;
      await ask(db, email, 'first');
      payments.declines = false;
      for (const notice of newNotices()) await take(db, notice);
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
        const before = payments.ledger.intents.size;
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
        for (const notice of newNotices()) await take(db, notice);
        expect(payments.ledger.intents.size).toBe(before + 1);
        expect(await purchased(db, email)).toBe(14_000);
        expect((await readBilling(db, email)).open).toBeUndefined();
      },
    );

    test('is not asked for again under an id that the provider has forgotten', async () => {
      const db = store.connect();
      const email = await low(db);
      const lost: PaymentProvider = { ...provider, charge: () => Promise.reject(new Error('cut off')) };
      await expect(topUp(db, lost, { email, id: 'first', at: NOW })).rejects.toThrow('cut off');
      const before = charges();
      await ask(db, email, 'second', NOW + 23 * 3_600_000);
      expect(charges()).toBe(before);
      const after: Billing = await readBilling(db, email);
      expect([after.open, after.topUp]).toEqual([undefined, undefined]);
      expect((await eventsOf(store, email)).map(({ details }) => details)).toContainEqual({
        reason: 'unknown_outcome',
        pack: 'small',
      });
    });

    test('is due at once where the threshold is reached already', async () => {
      const db = store.connect();
      const email = await low(db);
      const set = (threshold: number) =>
        setTopUp(db, contextOf(email), { threshold, pack: 'small', monthlyCap: 2_000 });
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
});
