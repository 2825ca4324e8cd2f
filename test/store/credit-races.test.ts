import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { accountKey, countAt, type HotItem, hot } from '../../lib/accounts/account.ts';
import { ChangeConflict } from '../../lib/accounts/change-conflict.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import { placeOrder, readOrder } from '../../lib/billing/orders.store.ts';
import type { PaymentProvider, PaymentState } from '../../lib/billing/provider.ts';
import { settlePayment } from '../../lib/billing/settle.store.ts';
import { headKey, moveCredits, readHead, readLedger } from '../../lib/credits/credits.store.ts';
import { driftsOf, EMPTY_SUM, withLine } from '../../lib/credits/reconcile.ts';
import { rollUp } from '../../lib/credits/roll-up.store.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import { refund } from '../../lib/metering/refund.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { StoreUnavailable } from '../../lib/store/unavailable.ts';
import { type Container, newContainer } from '../support/container.ts';
import { contextOf, madeKey, newUser } from '../support/keys.ts';
import { expectToAddUp, linesOf } from '../support/ledger.ts';
import { SMALL_PLANS, withPlans } from '../support/small-plans.ts';
import { describeOnAnEngine, type Store } from '../support/store.ts';

const CALLERS = 64;
const CONTAINERS = 4;
const DAY = 86_400_000;
const DECEMBER = Date.UTC(2026, 11, 1);
/** Time from one act to the next: a container remembers a refusal for twenty of them. */
const TICK_MS = 100;
const PRICE = 100;

const nth = fc.nat(1_000);
const act = fc.oneof(
  { weight: 60, arbitrary: fc.record({ do: fc.constant('call'), cost: fc.nat(12), fails: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('grant'), amount: fc.integer({ min: -60, max: 90 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('purchase'), credits: fc.integer({ min: 1, max: 90 }) }) },
  // A refund, a dispute, and one that is won: what went back may come to be more or less.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reverse'), nth, percent: fc.nat(PRICE) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('notice'), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('plan'), plan: fc.constantFrom(...Object.keys(SMALL_PLANS)) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll up') }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('look') }) },
) as fc.Arbitrary<Act>;

type Act =
  | { readonly do: 'call'; readonly cost: number; readonly fails: boolean }
  | { readonly do: 'grant'; readonly amount: number }
  | { readonly do: 'purchase'; readonly credits: number }
  | { readonly do: 'reverse'; readonly nth: number; readonly percent: number }
  | { readonly do: 'notice'; readonly nth: number }
  | { readonly do: 'plan'; readonly plan: string }
  | { readonly do: 'roll up' | 'look' };

const story = fc.record({
  acts: fc.array(act, { minLength: 200, maxLength: 260 }),
  /** The act at which the month begins. */
  turn: fc.integer({ min: 40, max: 180 }),
});

/** What gave up on others that kept changing the account; it then has written nothing. */
const unlessGivenUp = (error: unknown): undefined => {
  if (error instanceof ChangeConflict || error instanceof StoreUnavailable) return undefined;
  throw error;
};

/** One account to which everything happens at once, and the slow model of it: what was told to have happened, added up. */
class Races {
  readonly db: Database;
  readonly email: Email = newUser();
  readonly payments: { state: PaymentState }[] = [];
  readonly paid = new Map<string, number>();
  granted = 0;
  looks = 0;
  private readonly connections: readonly Database[];
  private readonly fleet: readonly Container[];
  private secret: Secret | undefined;
  private now = 0;

  constructor(store: Store) {
    this.connections = Array.from({ length: CONTAINERS }, () => store.connect());
    this.db = this.connection(0);
    this.fleet = Array.from({ length: CONTAINERS }, () => newContainer(store));
  }

  private connection = (index: number): Database => this.connections[index % CONTAINERS] as Database;

  async begin(): Promise<void> {
    this.secret = (await madeKey(this.db, this.email, { at: DECEMBER - DAY })).secret;
  }

  at(now: number): void {
    this.now = now;
    for (const container of this.fleet) container.now = now;
  }

  async do(one: Act, index: number): Promise<unknown> {
    const { email, now } = this;
    const db = this.connection(index);
    switch (one.do) {
      case 'call':
        return this.call(this.fleet[index % CONTAINERS] as Container, one.cost, one.fails);
      case 'grant': {
        if (one.amount === 0) return;
        const grant = { amount: one.amount, reason: 'test' };
        const result = await moveCredits(db, contextOf(email, now), grant).catch(unlessGivenUp);
        if (result?.kind === 'moved') this.granted += one.amount;
        return;
      }
      case 'purchase': {
        const paymentId = `pi_${email}_${this.payments.length}`;
        const order = { orderId: paymentId, email, pack: 'any', credits: one.credits, amount: PRICE, currency: 'usd' };
        const state = { paymentId, order, status: 'paid', amount: PRICE, currency: 'usd', reversed: 0 } as const;
        const nth = this.payments.push({ state }) - 1;
        await placeOrder(db, order, now);
        return this.settle(nth);
      }
      case 'reverse': {
        const payment = this.payments[one.nth % this.payments.length];
        if (!payment) return;
        payment.state = { ...payment.state, reversed: one.percent };
        return this.settle(one.nth);
      }
      case 'notice':
        return this.settle(one.nth);
      case 'plan':
        return changePlan(db, contextOf(email, now), one.plan).catch(unlessGivenUp);
      case 'roll up':
        return rollUp(db, email, now, now).catch(unlessGivenUp);
      case 'look':
        return this.look();
    }
  }

  async call(container: Container, cost: number, fails = false): Promise<boolean> {
    const verdict = await container
      .check(this.secret, { terms: { ...DEFAULT_TERMS, cost } })
      .catch((error) => unlessGivenUp(error));
    if (!verdict?.allowed) {
      expect(['insufficient_credits', undefined]).toContain(verdict?.refusal.code);
      return false;
    }
    const { payment } = verdict;
    if (!payment) return true;
    const count = (sign: 1 | -1) => {
      for (const [balance, amount] of [
        [payment.month, payment.included],
        ['purchased', payment.purchased],
      ] as const) {
        this.paid.set(balance, (this.paid.get(balance) ?? 0) + sign * amount);
      }
    };
    expect(payment.included + payment.purchased).toBe(cost);
    count(1);
    if (!fails) return true;
    const isRefunded = await refund(this.db, this.email, payment).then(() => true, unlessGivenUp);
    if (isRefunded) count(-1);
    return true;
  }

  /** What the webhook does with a notice of a payment. */
  async settle(nth: number): Promise<void> {
    const payment = this.payments[nth % this.payments.length];
    if (!payment) return;
    const provider = { read: async () => payment.state } as Partial<PaymentProvider> as PaymentProvider;
    const { paymentId } = payment.state;
    await settlePayment(this.connection(nth), provider, { paymentId, hasFailed: false }, this.now).catch(unlessGivenUp);
  }

  /** One consistent sight of account and ledger, while all goes on: what came is what is left and what was spent. */
  async look(): Promise<void> {
    const Keys = [accountKey(this.email), headKey(this.email)];
    const TableName = this.db.tables.userPreferences;
    try {
      const TransactItems = Keys.map((Key) => ({ Get: { TableName, Key } }));
      const { Responses = [] } = await this.db.client.send(new TransactGetCommand({ TransactItems }));
      const [item, head] = Responses.map(({ Item }) => Item);
      const counters = Object.entries(item as HotItem).filter(([name]) => /^(c|x|I0.+)$/.test(name));
      expect(counters.filter(([, value]) => Number(value) < 0)).toEqual([]);
      const came = Number(item?.c ?? 0) + Number(item?.x ?? 0);
      expect(came).toBe(head?.balance ? head.balance.purchased + head.purchasedSpent : 0);
      this.looks += 1;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
    }
  }
}

/** 64 callers, each of whom does the next act as soon as its last one is done. */
async function play(races: Races, { acts, turn }: { acts: readonly Act[]; turn: number }): Promise<void> {
  let next = 0;
  const caller = async () => {
    for (let index = next++; index < acts.length; index = next++) {
      races.at(DECEMBER + (index - turn) * TICK_MS);
      await races.do(acts[index] as Act, index);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

describeOnAnEngine('whatever happens to an account at once', (given) => {
  const store = withPlans(given, SMALL_PLANS);

  test('its balance is its ledger less what calls spent, to the unit, and nothing bought is lost or reset', async () => {
    let looks = 0;
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const races = new Races(store);
        const { db, email } = races;
        await races.begin();
        await play(races, told);
        looks += races.looks;
        // What was given up on is told again: notices come until they are taken.
        const now = DECEMBER + 1_000_000;
        races.at(now);
        for (let nth = 0; nth < races.payments.length; nth++) await races.settle(nth);
        await rollUp(db, email, now, now);

        const account = await readAccount(db, email);
        const spentBy = (balance: string) => races.paid.get(balance) ?? 0;
        for (const at of [DECEMBER - 1, DECEMBER]) {
          expect(countAt(account, spentThisMonth(at))).toBe(spentBy(spentThisMonth(at)));
        }
        expect(countAt(account, hot.purchasedSpent)).toBe(spentBy('purchased'));

        const lines = await linesOf(db, email, now);
        expectToAddUp(db, lines);
        let bought = 0;
        for (const { state } of races.payments) {
          const { paymentId, order, reversed } = state;
          const purchase = (await readOrder(db, order))?.payment;
          const due = Math.floor((order.credits * reversed) / PRICE);
          expect(purchase).toMatchObject({ credits: order.credits, due });
          const { taken = Number.NaN } = purchase ?? {};
          // Less goes back only if all that there was went back.
          const ofPayment = lines.filter(({ reason }) => reason.includes(`${paymentId}:`));
          const isShort = ofPayment.some(({ kind, balance }) => kind === 'reversal' && balance.purchased === 0);
          if (!isShort && !ofPayment.some(({ kind }) => kind === 'reinstatement'))
            expect(taken).toBeLessThanOrEqual(due);
          expect(ofPayment.reduce((sum, { purchased }) => sum + purchased, 0)).toBe(order.credits - taken);
          bought += order.credits - taken;
        }
        const purchased = countAt(account, hot.purchasedCredits);
        expect(purchased + spentBy('purchased')).toBe(races.granted + bought);
        expect(driftsOf(account, await readHead(db, email), lines.reduce(withLine, EMPTY_SUM))).toEqual([]);
        const { balance } = await readLedger(db, email, now, { limit: 1 });
        if (lines.length > 0) expect(lines.at(-1)?.balance).toEqual(balance);

        // All of it can be spent, and no more.
        const left = balance.included + balance.purchased;
        const fresh = () => Object.assign(newContainer(store), { now });
        expect(await races.call(fresh(), left + 1)).toBe(false);
        expect(await races.call(fresh(), left)).toBe(true);
        expect(await races.call(fresh(), 1)).toBe(false);
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect(looks).toBeGreaterThan(0);
  }, 120_000);
});
