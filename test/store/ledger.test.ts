import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { moveCredits, readLedger } from '../../lib/credits/credits.store.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import type { Database } from '../../lib/store/database.ts';
import { type Container, newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, madeKey, newUser } from '../support/keys.ts';
import { expectToAddUp, linesOf } from '../support/ledger.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines, type Store } from '../support/store.ts';

const DECEMBER = Date.UTC(2026, 11, 1);

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
    expectToAddUp(db, await linesOf(db, email));
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
    expectToAddUp(db, await linesOf(db, email));
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
});
