import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { accountKey, cell, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord, Period } from '../../lib/keys/key.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import type { Database } from '../../lib/store/database.ts';
import { casesOf } from '../support/cases.ts';
import { newContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnAnEngine } from '../support/store.ts';

const SPENT = cell(hot.includedSpent, periodIndex('month', NOW));
const PLAN_WINDOW = cell(hot.planWindow(0), windowIndex(60, NOW));
const PLAN_QUOTA = cell(hot.accountQuota('month'), periodIndex('month', NOW));
const PLAN_RATE = PLANS.free.rateLimits[0]?.limit ?? 0;
const PLAN_CALLS = PLANS.free.quota?.limit ?? 0;

/** What an account has left for all of its keys. */
interface Left {
  readonly rate: number;
  readonly quota: number;
  readonly included: number;
  readonly purchased: number;
}

/** Leaves an account so much of its plan, and gives it purchased credits. */
async function leave({ client, tables }: Database, email: Email, { rate, quota, included, purchased }: Left) {
  await client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(email),
      UpdateExpression: `SET ${SPENT} = :spent, c = :purchased, ${PLAN_WINDOW} = :charged, ${PLAN_QUOTA} = :called`,
      ExpressionAttributeValues: {
        ':spent': PLANS.free.includedCredits - included,
        ':purchased': purchased,
        ':charged': PLAN_RATE - rate,
        ':called': PLAN_CALLS - quota,
      },
    }),
  );
}

/** Seldom the tightest, or often. */
const room = (min: number) => fc.oneof(fc.integer({ min, max: 60 }), fc.integer({ min: 60, max: 200 }));
const ownLimit = fc.record({ limit: fc.integer({ min: 1, max: 60 }), windowSeconds: fc.constantFrom(1, 60) });
const ownQuota = fc.record({ limit: fc.integer({ min: 1, max: 80 }), period: fc.constantFrom<Period>('day', 'month') });
const cases = fc.record({
  keys: fc.array(fc.record({ limits: fc.array(ownLimit, { maxLength: 3 }), quota: fc.option(ownQuota) }), {
    minLength: 1,
    maxLength: PLANS.free.keys,
  }),
  left: fc.record({ rate: room(1), quota: room(1), included: room(0), purchased: fc.nat(60) }),
  cost: fc.integer({ min: 0, max: 3 }),
  containers: fc.integer({ min: 1, max: 8 }),
  callers: fc.integer({ min: 1, max: 64 }),
  /** Each container answers its callers one by one, or all of them at once. */
  atOnce: fc.boolean(),
});

describeOnAnEngine('limits', (store) => {
  test('of any number of callers at once, exactly as many are accepted as the tightest limit allows', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ keys, left, cost, containers, callers, atOnce }) => {
        const db = store.connect();
        const email = newUser();
        const made: { key: KeyRecord; secret: Secret }[] = [];
        for (const { limits, quota } of keys) {
          const { key, secret } = await madeKey(db, email);
          const rateLimits = limits.map((rate, i) => ({ name: `own${i}`, ...rate }));
          await changeKey(db, key, { rateLimits, quota });
          made.push({ key, secret });
        }
        await leave(db, email, left);
        const terms = { ...DEFAULT_TERMS, cost };
        const weight = Math.max(1, cost);
        const answers = await Promise.all(
          Array.from({ length: containers }, async (_, i) => {
            const { check } = newContainer(store);
            const own = Array.from({ length: callers }, (__, caller) => caller).filter((n) => n % containers === i);
            const ask = async (caller: number) => {
              const at = caller % made.length;
              return { at, allowed: (await check(made[at]?.secret, { terms })).allowed };
            };
            if (atOnce) return Promise.all(own.map(ask));
            const answered: Awaited<ReturnType<typeof ask>>[] = [];
            for (const caller of own) answered.push(await ask(caller));
            return answered;
          }),
        );
        const accepted = answers.flat().filter(({ allowed }) => allowed);
        const byKey = made.map((_, at) => accepted.filter((answer) => answer.at === at).length);

        const fitting = keys.map(({ limits, quota }, at) =>
          Math.min(
            Array.from({ length: callers }).filter((_, caller) => caller % made.length === at).length,
            quota?.limit ?? Number.POSITIVE_INFINITY,
            ...limits.map(({ limit }) => Math.floor(limit / weight)),
          ),
        );
        const allowed = Math.min(
          fitting.reduce((total, count) => total + count, 0),
          Math.floor(left.rate / weight),
          left.quota,
          cost === 0 ? Number.POSITIVE_INFINITY : Math.floor((left.included + left.purchased) / cost),
        );
        expect(accepted).toHaveLength(allowed);
        byKey.forEach((count, at) => {
          expect(count).toBeLessThanOrEqual(fitting[at] ?? 0);
        });
        const { item } = await readAccount(db, email);
        expect(made.map(({ key }) => item[hot.requests(key.slot ?? expect.fail())])).toEqual(byKey);
        expect(item[PLAN_WINDOW]).toBe(PLAN_RATE - left.rate + allowed * weight);
        expect(item[PLAN_QUOTA]).toBe(PLAN_CALLS - left.quota + allowed);
        expect(item[SPENT]).toBe(PLANS.free.includedCredits - left.included + Math.min(left.included, allowed * cost));
        expect(item.c).toBe(left.purchased - Math.max(0, allowed * cost - left.included));
      }),
      { numRuns: casesOf({ promised: 100, usual: 20 }) },
    );
  });

  test('a warm accepted check under limits of plan and key is still one call and one write unit', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    await changeKey(db, key, { rateLimits: [{ name: 'own', limit: 50, windowSeconds: 60 }] });
    const container = newContainer(store);
    await container.ask(secret);
    const before = container.sent.length;
    expect((await container.check(secret)).allowed).toBe(true);
    expect(container.sent.slice(before)).toEqual([{ command: 'UpdateItem', units: 1 }]);
  });

  test('a full window is refused from memory, and opens at the very second that retryAfter tells', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await changeKey(store.connect(), key, { rateLimits: [{ name: 'own', limit: 3, windowSeconds: 10 }] });
    const container = newContainer(store);
    for (let call = 0; call < 3; call++) expect((await container.check(secret)).allowed).toBe(true);

    const before = container.sent.length;
    const refused = await container.check(secret);
    expect(commands(container.sent.slice(before))).toEqual([]);
    const wait = refused.allowed ? undefined : refused.refusal.retryAfter;
    expect(wait).toBeGreaterThan(0);

    container.now = NOW + (Number(wait) - 1) * 1_000;
    expect((await container.check(secret)).allowed).toBe(false);
    container.now = NOW + Number(wait) * 1_000;
    expect((await container.check(secret)).allowed).toBe(true);
  });

  test('keys of one account share its plan’s limit', async () => {
    const db = store.connect();
    const email = newUser();
    const keys = [await madeKey(db, email), await madeKey(db, email), await madeKey(db, email)];
    const [rate] = PLANS.free.rateLimits;
    const terms = { ...DEFAULT_TERMS, cost: 100 };
    const answers: boolean[] = [];
    const container = newContainer(store);
    for (let call = 0; call < 9; call++) {
      answers.push((await container.check(keys[call % 3]?.secret, { terms })).allowed);
    }
    expect(answers.filter(Boolean)).toHaveLength(Math.floor((rate?.limit ?? 0) / 100));
  });

  test('a charge whose answer was lost is not charged again', async () => {
    const db = store.connect();
    const email = newUser();
    const { key, secret } = await madeKey(db, email);
    let lose = 0;
    const container = newContainer(store, async (command, proceed) => {
      const output = await proceed();
      if (command === 'UpdateItem' && lose-- > 0) {
        throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
      }
      return output;
    });
    await container.ask(secret);
    for (let call = 0; call < 5; call++) {
      lose = 1;
      expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem', 'UpdateItem']);
    }
    expect((await readAccount(db, email)).item[hot.requests(key.slot ?? expect.fail())]).toBe(6);
  });
});
