import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { PaymentProvider, PaymentState } from '../../lib/billing/provider.ts';
import { settlePayment } from '../../lib/billing/settle.store.ts';
import { type LedgerEntry, moveCredits, readLedger } from '../../lib/credits/credits.store.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import { refund } from '../../lib/metering/refund.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { type Container, newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines, type Store } from '../support/store.ts';

const DAY = 86_400_000;
const DECEMBER = Date.UTC(2026, 11, 1);

/** All lines of a ledger, oldest first. */
async function linesOf(db: Database, email: Email, at = NOW): Promise<LedgerEntry[]> {
  const lines: LedgerEntry[] = [];
  let after: string | undefined;
  do {
    const page = await readLedger(db, email, at, { limit: 100, after });
    lines.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  return lines.reverse();
}

/** Every line's balance is the sum of all lines up to it, and none is negative. A ledger begins with what its plan includes. */
function expectToAddUp(lines: readonly LedgerEntry[]): void {
  const [first] = lines;
  let included = first ? first.balance.included - first.included : 0;
  expect(Object.values(PLANS).map((plan) => plan.includedCredits)).toContain(included);
  let purchased = 0;
  for (const line of lines) {
    included += line.included;
    purchased += line.purchased;
    expect(line.balance).toEqual({ included, purchased });
    expect(Math.min(included, purchased)).toBeGreaterThanOrEqual(0);
  }
}

const grant = (db: Database, email: Email, amount: number, at = NOW) =>
  moveCredits(db, contextOf(email, at), { amount, reason: 'test' });

const pay = (container: Container, secret: Secret, cost: number) =>
  container.check(secret, { terms: { ...DEFAULT_TERMS, cost } });

/** The account as its hot item has it. */
async function held(db: Database, email: Email, at: number) {
  const account = await readAccount(db, email);
  return {
    purchased: countAt(account, hot.purchasedCredits),
    purchasedSpent: countAt(account, hot.purchasedSpent),
    includedSpent: countAt(account, spentThisMonth(at)),
  };
}

const spendAllIncluded = (db: Database, email: Email) =>
  setHot(db, email, { [spentThisMonth(NOW)]: PLANS.free.includedCredits });

let paid = 0;

/** A payment for some credits, of an amount in which one is a percent. */
const paymentOf = (email: Email, credits: number): PaymentState => {
  const order = { email, pack: 'any', credits, amount: 100, currency: 'usd' };
  return { paymentId: `pi_${++paid}`, order, status: 'paid', amount: 100, currency: 'usd', reversed: 0 };
};

/** Settles a payment by three at once; returns by how much the purchased credits came to be more or fewer, spending aside. */
async function settleAtOnce(db: Database, payment: PaymentState, at: number): Promise<number> {
  const { email } = payment.order;
  const ever = async () => {
    const { purchased, purchasedSpent } = await held(db, email, at);
    return purchased + purchasedSpent;
  };
  const before = await ever();
  const provider = { read: async () => payment } as Partial<PaymentProvider> as PaymentProvider;
  const settle = () => settlePayment(db, provider, { paymentId: payment.paymentId, hasFailed: false }, at);
  await Promise.all([settle(), settle(), settle()]);
  return (await ever()) - before;
}

describeOnEngines('the ledger', (store: Store) => {
  test('tells of a grant and of what was taken back, with actor, reason and balance, in an event each', async () => {
    const db = store.connect();
    const email = newUser();
    await grant(db, email, 500);
    await moveCredits(db, contextOf(email, NOW + 1), { amount: -200, reason: 'mistake' });
    const lines = await linesOf(db, email);
    const included = PLANS.free.includedCredits;
    expect(lines).toMatchObject([
      { kind: 'grant', purchased: 500, balance: { included, purchased: 500 }, actor: email, reason: 'test' },
      { kind: 'take_back', purchased: -200, balance: { included, purchased: 300 }, reason: 'mistake' },
    ]);
    expect((await eventsOf(store, email)).map(({ type }) => type)).toEqual(['credits.granted', 'credits.taken_back']);
    expect((await held(db, email, NOW)).purchased).toBe(300);
  });

  test('never goes below 0: more than there is cannot be taken back, and nothing is written', async () => {
    const db = store.connect();
    const email = newUser();
    await grant(db, email, 10);
    const before = await store.dump();
    expect(await grant(db, email, -11)).toEqual({ kind: 'insufficient', purchased: 10 });
    expect(await store.dump()).toEqual(before);
  });

  test('of takers at once none gets more than there is', async () => {
    const db = store.connect();
    const email = newUser();
    await grant(db, email, 100);
    const results = await Promise.all(Array.from({ length: 6 }, () => grant(store.connect(), email, -40, NOW + 5)));
    expect(results.filter(({ kind }) => kind === 'moved')).toHaveLength(2);
    expect((await held(db, email, NOW)).purchased).toBe(20);
    expectToAddUp(await linesOf(db, email));
  });

  test('moves credits once for an idempotency key, also for many at once', async () => {
    const db = store.connect();
    const email = newUser();
    const once = (connection: Database) =>
      moveCredits(connection, contextOf(email), { amount: 7, reason: 'test', idempotencyKey: 'order-7' });
    const results = await Promise.all(Array.from({ length: 5 }, () => once(store.connect())));
    expect(results.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    const [line, ...more] = await linesOf(db, email);
    expect(more).toEqual([]);
    expect(await once(db)).toEqual({ kind: 'repeated', entryId: line?.entryId });
  });

  test('has what calls spent in a line before the next one, by balance', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email);
    const container = newContainer(store);
    await setHot(db, email, { [spentThisMonth(NOW)]: PLANS.free.includedCredits - 3 });
    await grant(db, email, 100);
    await pay(container, secret, 10);
    await grant(db, email, 1, NOW + 1);
    expect((await linesOf(db, email)).map(({ kind, included, purchased }) => [kind, included, purchased])).toEqual([
      ['spend', -(PLANS.free.includedCredits - 3), 0],
      ['grant', 0, 100],
      ['spend', -3, -7],
      ['grant', 0, 1],
    ]);
    expectToAddUp(await linesOf(db, email));
  });

  test('gives included credits anew each month, and keeps purchased ones', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email);
    const container = newContainer(store);
    await grant(db, email, 50);
    await pay(container, secret, 30);
    container.now = DECEMBER;
    await pay(container, secret, 4);
    await grant(db, email, 1, DECEMBER + 5);
    const included = PLANS.free.includedCredits;
    expect(await linesOf(db, email)).toMatchObject([
      { kind: 'grant', balance: { included, purchased: 50 } },
      { kind: 'spend', included: -30, balance: { included: included - 30, purchased: 50 } },
      { kind: 'reset', included: 30, balance: { included, purchased: 50 } },
      { kind: 'spend', included: -4, balance: { included: included - 4, purchased: 50 } },
      { kind: 'grant', balance: { included: included - 4, purchased: 51 } },
    ]);
  });

  test('shows the right balance of an account that makes no call', async () => {
    const db = store.connect();
    const email = newUser();
    await grant(db, email, 5);
    await spendAllIncluded(db, email);
    const balanceAt = async (at: number) => (await readLedger(db, email, at, { limit: 1 })).balance;
    expect(await balanceAt(DECEMBER - 1)).toEqual({ included: 0, purchased: 5 });
    expect(await balanceAt(DECEMBER)).toEqual({ included: PLANS.free.includedCredits, purchased: 5 });
  });

  test('begins with what an account had before it had a ledger', async () => {
    const db = store.connect();
    const email = newUser();
    await madeKey(db, email);
    await setHot(db, email, { c: 40, x: 2 });
    await grant(db, email, 1);
    expect((await linesOf(db, email)).map(({ kind, purchased }) => [kind, purchased])).toEqual([
      ['opening', 42],
      ['spend', -2],
      ['grant', 1],
    ]);
  });

  test('whatever is granted, spent, given back and changed, adds up to the unit with what the account has', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('calls' as const), count: fc.nat(64), cost: fc.nat(40) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('grant' as const), amount: fc.integer({ min: -60, max: 90 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('plan' as const), plan: fc.constantFrom('free', 'pro', 'scale') }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('purchase' as const), credits: fc.nat(90), backPercent: fc.nat(100) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.nat(40) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const db = store.connect();
        const email = newUser();
        const { secret } = await madeKey(db, email);
        const fleet = Array.from({ length: 4 }, () => newContainer(store));
        let now = NOW;
        let plan: keyof typeof PLANS = 'free';
        let granted = 0;
        const leave = async (credits: number) => {
          const { includedCredits } = PLANS[plan];
          await setHot(db, email, { [spentThisMonth(now)]: includedCredits - credits });
        };
        await leave(60);
        for (const one of steps) {
          if (one.do === 'wait') {
            now += one.days * DAY;
            for (const container of fleet) container.now = now;
          } else if (one.do === 'plan') {
            await changePlan(db, contextOf(email, now), one.plan);
            plan = one.plan;
          } else if (one.do === 'grant' && one.amount !== 0) {
            const result = await grant(db, email, one.amount, now);
            if (result.kind === 'moved') granted += one.amount;
          } else if (one.do === 'purchase') {
            const payment = paymentOf(email, one.credits);
            granted += await settleAtOnce(db, payment, now);
            granted += await settleAtOnce(db, { ...payment, reversed: one.backPercent }, now);
          } else if (one.do === 'calls') {
            const calls = Array.from({ length: one.count }, async (_, index) => {
              const verdict = await pay(fleet[index % 4] ?? newContainer(store), secret, one.cost);
              // Every third one fails, and is given its credits back.
              if (verdict.allowed && verdict.payment && index % 3 === 0) await refund(db, email, verdict.payment);
            });
            const meanwhile = one.count > 4 ? grant(store.connect(), email, 3, now) : undefined;
            await Promise.all(calls);
            if ((await meanwhile)?.kind === 'moved') granted += 3;
          }
          const { purchased, purchasedSpent } = await held(db, email, now);
          expect(purchased + purchasedSpent).toBe(granted);
          expect(purchased).toBeGreaterThanOrEqual(0);
          now += 1;
          for (const container of fleet) container.now = now;
        }
        const last = await grant(db, email, 1, now);
        expect(last.kind).toBe('moved');
        const lines = await linesOf(db, email, now);
        expectToAddUp(lines);
        const { balance } = await readLedger(db, email, now, { limit: 1 });
        expect(lines.at(-1)?.balance).toEqual(balance);
        const given = lines.filter(({ kind }) => kind !== 'spend');
        expect(given.reduce((sum, { purchased }) => sum + purchased, 0)).toBe(granted + 1);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
