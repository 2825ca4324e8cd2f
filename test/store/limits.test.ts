import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { accountKey, cell, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import type { Database } from '../../lib/store/database.ts';
import { newContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines } from '../support/store.ts';

const SPENT = cell(hot.includedSpent, periodIndex('month', NOW));

/** Leaves an account a number of its included credits, and gives it purchased ones. */
async function setCredits({ client, tables }: Database, email: Email, included: number, purchased: number) {
  await client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(email),
      UpdateExpression: `SET ${SPENT} = :spent, c = :purchased`,
      ExpressionAttributeValues: { ':spent': PLANS.free.includedCredits - included, ':purchased': purchased },
    }),
  );
}

const cases = fc.record({
  limit: fc.integer({ min: 1, max: 60 }),
  windowSeconds: fc.constantFrom(1, 60),
  quota: fc.integer({ min: 1, max: 80 }),
  included: fc.nat(60),
  purchased: fc.nat(60),
  cost: fc.integer({ min: 0, max: 3 }),
  containers: fc.integer({ min: 1, max: 8 }),
  callers: fc.integer({ min: 1, max: 64 }),
});

describeOnEngines('limits', (store) => {
  test('of any number of callers at once, exactly as many are accepted as the tightest limit allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases,
        async ({ limit, windowSeconds, quota, included, purchased, cost, containers, callers }) => {
          const db = store.connect();
          const email = newUser();
          const { key, secret } = await madeKey(db, email);
          await changeKey(db, key, {
            rateLimits: [{ name: 'own', limit, windowSeconds }],
            quota: { limit: quota, period: 'day' },
          });
          await setCredits(db, email, included, purchased);
          const warm = Array.from({ length: containers }, () => newContainer(store));
          const terms = { ...DEFAULT_TERMS, cost };
          const verdicts = await Promise.all(
            Array.from({ length: containers }, async (_, i) => {
              // A container answers one call at a time.
              const answers: boolean[] = [];
              for (let caller = i; caller < callers; caller += containers) {
                answers.push((await warm[i]?.check(secret, { terms }))?.allowed === true);
              }
              return answers;
            }),
          );
          const accepted = verdicts.flat().filter(Boolean).length;
          const allowed = Math.min(
            callers,
            Math.floor(limit / Math.max(1, cost)),
            quota,
            cost === 0 ? Number.POSITIVE_INFINITY : Math.floor((included + purchased) / cost),
          );
          expect(accepted).toBe(allowed);
          const { item } = await readAccount(db, email);
          expect(item[hot.requests(key.slot ?? expect.fail())]).toBe(accepted);
          const spent = Number(item[SPENT]) - (PLANS.free.includedCredits - included) + purchased - Number(item.c);
          expect(spent).toBe(accepted * cost);
          expect(Number(item.c)).toBe(purchased - Math.max(0, accepted * cost - included));
        },
      ),
      { numRuns: 50 },
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
