import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { moveCredits, readLedger } from '../../lib/credits/credits.store.ts';
import { noteSpending, rollUp, rollUpAll, rollUpAt } from '../../lib/credits/roll-up.store.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import type { Database } from '../../lib/store/database.ts';
import { tally } from '../../lib/usage/batch.ts';
import { newContainer } from '../support/container.ts';
import { contextOf, eventsOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';
import { accessLine, eventOf } from '../support/usage-lines.ts';

const DAY = 86_400_000;
const { includedCredits } = PLANS.free;

const lines = async (db: Database, email: Email, at: number) =>
  (await readLedger(db, email, at, { limit: 100 })).entries
    .map(({ kind, included, purchased, balance }) => [kind, included, purchased, balance.included])
    .reverse();

describeOnEngines('what an account spends', (store) => {
  test('is one line a day, written after the day, and none where it spent nothing', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email);
    const container = newContainer(store);
    const spend = async (at: number, cost: number) => {
      container.now = at;
      await container.check(secret, { terms: { ...DEFAULT_TERMS, cost } });
      await noteSpending(db, email, at);
    };
    await spend(NOW, 3);
    await spend(NOW + 1, 4);
    const due = rollUpAt(NOW);
    await rollUpAll(db, due - 1, () => true);
    expect(await lines(db, email, due)).toEqual([]);
    await rollUpAll(db, due, () => true);
    expect(await lines(db, email, due)).toEqual([['spend', -7, 0, includedCredits - 7]]);
    await rollUpAll(db, due + DAY, () => true);
    await spend(due + 2 * DAY, 5);
    await rollUpAll(db, rollUpAt(due + 2 * DAY), () => true);
    expect(await lines(db, email, due)).toEqual([
      ['spend', -7, 0, includedCredits - 7],
      ['spend', -5, 0, includedCredits - 12],
    ]);
    // It is no change that anybody made.
    expect((await eventsOf(store, email)).map(({ type }) => type)).toEqual(['key.created']);
  });

  test('is in the ledger once, also if two roll it up at once, or again', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email);
    await newContainer(store).check(secret, { terms: { ...DEFAULT_TERMS, cost: 9 } });
    await Promise.all([1, 2].map(() => rollUp(store.connect(), email, NOW, NOW + 1)));
    await rollUp(db, email, NOW, NOW + 2);
    expect(await lines(db, email, NOW)).toEqual([['spend', -9, 0, includedCredits - 9]]);
    const head = (await store.dump())[`${email} ledger`];
    // In the index with both, or with neither: with a time alone nobody would find it, nor note it again.
    expect([head?.dueKind, head?.dueAt]).toEqual(['ledger', rollUpAt(NOW)]);
  });

  test('is noted once a day, and a grant in between leaves it noted', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email);
    await noteSpending(db, email, NOW);
    await noteSpending(db, email, NOW + 3 * DAY);
    await moveCredits(db, contextOf(email), { amount: 5, reason: 'test' });
    await newContainer(store).check(secret);
    const { records } = await rollUpAll(db, rollUpAt(NOW), () => true);
    expect(records).toBeGreaterThanOrEqual(1);
    expect((await lines(db, email, NOW)).map(([kind]) => kind)).toEqual(['grant', 'spend']);
    // Looked at once more, it has spent nothing since, and is due no longer.
    const next = rollUpAt(rollUpAt(NOW));
    await rollUpAll(db, next, () => true);
    expect((await lines(db, email, NOW)).map(([kind]) => kind)).toEqual(['grant', 'spend']);
    expect((await store.dump())[`${email} ledger`]).not.toHaveProperty('dueAt');
  });

  test('is told by the logs: accounts that paid, and no others', () => {
    const { spent } = tally([
      eventOf(accessLine({ email: 'ada@example.com', credits: 2 })),
      eventOf(accessLine({ email: 'bob@example.com', credits: 0 })),
      eventOf(accessLine({ email: 'cyd@example.com', status: 429, code: 'rate_limited', credits: '-' })),
    ]);
    expect([...spent.keys()]).toEqual(['ada@example.com']);
  });
});
