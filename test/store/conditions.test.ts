import { randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { readAccount, readAccountKeys } from '../../lib/accounts/account.store.ts';
import { accountKey, cell, hot, SLOTS, versionOf } from '../../lib/accounts/account.ts';
import { changeAccount } from '../../lib/accounts/change.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { keyRecordKey } from '../../lib/keys/key.ts';
import { hashSecret, makeSecret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { charge } from '../../lib/metering/check.store.ts';
import { decide } from '../../lib/metering/decide.ts';
import type { Marker } from '../../lib/metering/marker.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import { itemOnRefusal, lostRace } from '../../lib/store/conditions.ts';
import type { Database } from '../../lib/store/database.ts';
import { setHot } from '../support/hot-item.ts';
import { askForKey, changeKey, contextOf, madeKey, newUser, startOnPlan } from '../support/keys.ts';
import { accountWith, callWith, NOW, slotOf } from '../support/records.ts';
import { commands, describeOnEngines, type Intercept } from '../support/store.ts';

/** Lets something happen right before the first transaction. */
function beforeFirstTransaction(act: () => Promise<unknown>): Intercept {
  let done = false;
  return async (command, proceed) => {
    if (command === 'TransactWriteItems' && !done) {
      done = true;
      await act();
    }
    return proceed();
  };
}

const thrown = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  );

const MARKER: Marker = { attribute: 'm0', value: 'abcdef0000007', over: { kind: 'nothing' } };

const removeMarker = ({ client, tables }: Database, email: Email) =>
  client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(email),
      UpdateExpression: `REMOVE ${MARKER.attribute}`,
    }),
  );

describeOnEngines('every condition of a change refuses alone', (store) => {
  test.each([
    ['an account that was made since it was read', 0],
    ['an account that was changed since it was read', 1],
  ])('%s: the change is decided anew from what is there', async (_, keysBefore) => {
    const email = newUser();
    const other = store.connect();
    if (keysBefore > 0) await madeKey(other, email);
    const db = store.connect(beforeFirstTransaction(() => madeKey(other, email)));
    const versions: number[] = [];
    await changeAccount(db, contextOf(email), ({ keys }, version) => {
      versions.push(version);
      expect(keys).toHaveLength(keysBefore + versions.length - 1);
      return { change: { keys: [], events: [] }, result: undefined };
    });
    const { account, keys } = await readAccountKeys(other, email);
    const last = Math.max(...keys.map(({ version }) => version)) + 1;
    expect([versions.at(-1), versionOf(account)]).toEqual([last, last]);
    if (keysBefore > 0) expect(versions).toEqual([last - 1, last]);
  });

  test('a hash that is there already: no key takes it over, nothing is written, and no error tells the secret', async () => {
    const [ada, eve] = [newUser(), newUser()];
    const db = store.connect();
    const secret = makeSecret('live', randomBytes);
    await madeKey(db, ada, { secret });
    const before = await store.dump();
    const error = await thrown(askForKey(db, eve, { secret }));
    expect(error).toMatchObject({ name: 'ChangeConflict' });
    expect(`${error} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(secret.slice(8, 20));
    expect(await store.dump()).toEqual(before);
    expect(before[hashSecret(secret)]).toMatchObject({ email: ada });
  });

  test('an idempotency key that was used since it was looked for: no second key is made', async () => {
    const email = newUser();
    const other = store.connect();
    const { key } = await madeKey(other, newUser(), { idempotencyKey: 'order-1' });
    const used = Object.values(await store.dump()).find(
      (item) => item.made === key.keyId && String(item.record).startsWith('idempotency#'),
    );
    const Item = { ...used, email };
    const use = () => other.client.send(new PutCommand({ TableName: other.tables.userPreferences, Item }));
    const db = store.connect(beforeFirstTransaction(use));
    expect(await askForKey(db, email, { idempotencyKey: 'order-1' })).toEqual({ kind: 'repeated', keyId: key.keyId });
    expect((await readAccountKeys(other, email)).keys).toEqual([]);
  });

  test('an account that is not of the version judged: nothing is charged, and it is told as it is', async () => {
    const email = newUser();
    const db = store.connect();
    await madeKey(db, email);
    const account = await readAccount(db, email);
    const charges = [
      { kind: 'add', attribute: 'n0', amount: 1 },
      { kind: 'set', attribute: 'u0', value: NOW },
    ] as const;
    const marker = MARKER;
    const stale = { ...account, item: { ...account.item, v: 0 } };
    expect(await charge(db, stale, charges, marker)).toEqual({ outcome: 'refused', account });
    expect(await charge(db, account, charges, marker)).toEqual({
      outcome: 'written',
      account: { email, item: { ...account.item, n0: 1, u0: NOW, m0: MARKER.value } },
    });
  });

  test('an account that is not there: nothing is charged, nor made', async () => {
    const email = newUser();
    const db = store.connect();
    const charges = [{ kind: 'add', attribute: 'n0', amount: 1 }] as const;
    for (const item of [{}, { v: 1, k0: 1 }]) {
      expect(await charge(db, { ...accountWith(item), email }, charges, MARKER)).toEqual({
        outcome: 'refused',
        account: { email, item: {} },
      });
    }
    expect((await readAccount(db, email)).item).toEqual({});
  });
});

describeOnEngines('every clause of a charge’s condition refuses alone', (store) => {
  const month = periodIndex('month', NOW);
  /** What a call of cost 5 is charged that is paid from both balances, under limits and quotas of plan and key. */
  const CLAUSES: Record<string, { readonly attribute: string; readonly holds: number; readonly broken: number }> = {
    'the plan’s window': bound(cell(hot.planWindow(0), windowIndex(60, NOW)), 600 - 5),
    'the key’s window': bound(cell(hot.keyWindow(slotOf('0'), 0), windowIndex(10, NOW)), 50 - 5),
    'the key’s second window': bound(cell(hot.keyWindow(slotOf('0'), 1), windowIndex(60, NOW)), 80 - 5),
    'the account’s quota': bound(cell(hot.accountQuota('month'), month), 50_000 - 1),
    'the key’s quota': bound(cell(hot.keyQuota(slotOf('0'), 'day'), periodIndex('day', NOW)), 100 - 1),
    'included credits': bound(cell(hot.includedSpent, month), PLANS.free.includedCredits - 2),
    'purchased credits': { attribute: hot.purchasedCredits, holds: 3, broken: 2 },
  };

  function bound(attribute: string, holds: number) {
    return { attribute, holds, broken: holds + 1 };
  }

  /** A call judged on an account that has two included credits left and ten purchased ones, and little else used. */
  async function judged() {
    const db = store.connect();
    const email = newUser();
    const made = await madeKey(db, email);
    const limits = {
      rateLimits: [
        { name: 'burst', limit: 50, windowSeconds: 10 },
        { name: 'steady', limit: 80, windowSeconds: 60 },
      ],
      quota: { limit: 100, period: 'day' },
    } as const;
    await changeKey(db, made.key, limits);
    const spent = CLAUSES['included credits']?.holds ?? expect.fail();
    await setHot(db, email, { [cell(hot.includedSpent, month)]: spent, [hot.purchasedCredits]: 10 });
    const { account, keys } = await readAccountKeys(db, email);
    const [key = expect.fail()] = keys;
    const decision = decide(
      callWith({ key, account, keyHash: hashSecret(made.secret), terms: { ...DEFAULT_TERMS, cost: 5 } }),
    );
    if (decision.kind === 'deny') return expect.fail(`expected a charge, was refused by ${decision.rule}`);
    const attempt = (marker: Marker = MARKER) => charge(db, account, decision.charges, marker);
    return { db, email, account, charges: decision.charges, attempt };
  }

  test('these are all the clauses there are', async () => {
    const { charges } = await judged();
    const conditional = charges.filter(({ kind, ...of }) => kind === 'take' || 'atMost' in of);
    expect(conditional.map(({ attribute }) => attribute).sort()).toEqual(
      Object.values(CLAUSES)
        .map(({ attribute }) => attribute)
        .sort(),
    );
  });

  test.each(Object.entries(CLAUSES))('%s: one more than the bound, and nothing is written', async (_, clause) => {
    const { db, email, attempt } = await judged();
    await setHot(db, email, { [clause.attribute]: clause.broken });
    const before = await store.dump();
    expect(await attempt()).toEqual({ outcome: 'refused', account: await readAccount(db, email) });
    expect(await store.dump()).toStrictEqual(before);

    await setHot(db, email, { [clause.attribute]: clause.holds });
    expect((await attempt()).outcome).toBe('written');
  });

  test('the version: one more, and nothing is written', async () => {
    const { db, email, account, attempt } = await judged();
    await setHot(db, email, { [hot.version]: versionOf(account) + 1 });
    const before = await store.dump();
    expect(await attempt()).toEqual({ outcome: 'refused', account: await readAccount(db, email) });
    expect(await store.dump()).toStrictEqual(before);

    await setHot(db, email, { [hot.version]: versionOf(account) });
    expect((await attempt()).outcome).toBe('written');
  });

  const GONE = 'zzzzzz0000001';
  test.each<[string, Marker['over'], string, string | undefined]>([
    ['a free place that another container took', { kind: 'nothing' }, 'zzzzzz0000001', undefined],
    ['a free place where a later call of its own stands', { kind: 'nothing' }, 'abcdef0000008', 'abcdef0000006'],
    ['the place of one that is gone, where it came back', { kind: 'gone', marker: GONE }, 'zzzzzz0000002', GONE],
    ['the place of one that is gone, which another took', { kind: 'gone', marker: GONE }, 'yyyyyy0000001', GONE],
    ['its own place where a later call stands', { kind: 'any' }, 'abcdef0000008', 'abcdef0000006'],
  ])('the marker: %s, and nothing is written', async (_, over, refused, written) => {
    const { db, email, attempt } = await judged();
    await setHot(db, email, { m0: refused });
    const before = await store.dump();
    const marker = { ...MARKER, over };
    expect(await attempt(marker)).toEqual({ outcome: 'refused', account: await readAccount(db, email) });
    expect(await store.dump()).toStrictEqual(before);

    if (written) await setHot(db, email, { m0: written });
    else await removeMarker(db, email);
    expect((await attempt(marker)).outcome).toBe('written');
  });

  test.each<Marker['over']>([{ kind: 'nothing' }, { kind: 'gone', marker: GONE }, { kind: 'any' }])(
    'the marker: this very call is found, over %j, and nothing is written',
    async (over) => {
      const { db, email, attempt } = await judged();
      await setHot(db, email, { m0: MARKER.value });
      const before = await store.dump();
      expect(await attempt({ ...MARKER, over })).toEqual({ outcome: 'found', account: await readAccount(db, email) });
      expect(await store.dump()).toStrictEqual(before);
    },
  );
});

describeOnEngines('what a refusal tells', (store) => {
  const absent = 'attribute_not_exists(email)';

  /** Errors of a transaction whose items fail for the given reasons. */
  async function cancelled(reasons: readonly ('condition' | 'type' | 'none')[]): Promise<unknown> {
    const { client, tables } = store.connect();
    const TransactItems = await Promise.all(
      reasons.map(async (reason) => {
        const email = newUser();
        await startOnPlan({ client, tables, plans: PLANS }, email, 'pro');
        const Update = {
          TableName: tables.userPreferences,
          Key: accountKey(email),
          UpdateExpression: reason === 'type' ? 'ADD p :one' : 'ADD v :one',
          ExpressionAttributeValues: { ':one': 1 },
          ...(reason === 'condition' && { ConditionExpression: absent }),
        };
        return { Update };
      }),
    );
    return thrown(client.send(new TransactWriteCommand({ TransactItems })));
  }

  test('a transaction that failed by conditions alone lost a race', async () => {
    expect(lostRace(await cancelled(['none', 'condition']))).toBe(true);
    expect(lostRace(await cancelled(['condition', 'condition']))).toBe(true);
  });

  test('a transaction that would fail again did not', async () => {
    expect(lostRace(await cancelled(['type']))).toBe(false);
    expect(lostRace(await cancelled(['type', 'condition']))).toBe(false);
    expect(lostRace(new Error('other'))).toBe(false);
  });

  test('a refused update carries the item it found, as plain values, or tells that there is none', async () => {
    const email = newUser();
    const { client, tables } = store.connect();
    const update = (ConditionExpression: string) =>
      thrown(
        client.send(
          new UpdateCommand({
            TableName: tables.userPreferences,
            Key: accountKey(email),
            UpdateExpression: 'SET v = :v',
            ConditionExpression,
            ExpressionAttributeValues: { ':v': 9 },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
    expect(itemOnRefusal(await update('attribute_exists(email)'))).toBeUndefined();
    await startOnPlan({ client, tables, plans: PLANS }, email, 'pro');
    expect(itemOnRefusal(await update(absent))).toEqual({ email, record: 'account', p: 'pro' });
    expect(itemOnRefusal(await update('v = '))).toBeNull();
    expect(itemOnRefusal(new Error('other'))).toBeNull();
  });
});

describeOnEngines('the hot item', (store) => {
  test('has no attribute, in any slot, whose name an expression would not take', async () => {
    const names = [
      'v',
      'p',
      ...SLOTS.flatMap((slot) => [hot.keyVersion(slot), hot.requests(slot), hot.lastUsed(slot)]),
    ];
    const { client, tables } = store.connect();
    const update = new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(newUser()),
      UpdateExpression: `SET ${names.map((name) => `${name} = :one`).join(', ')}`,
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(Object.keys((await client.send(update)).Attributes ?? {}).sort()).toEqual(names.sort());
  });
});

describeOnEngines('readAccountKeys', (store) => {
  test('reads keys of more than 1 MB page by page, the oldest first', async () => {
    const email = newUser();
    const db = store.connect();
    const keyIds = ['01A', '01B', '01C', '01D'];
    const name = 'x'.repeat(350 * 1024);
    for (const keyId of keyIds) {
      const Item = { ...keyRecordKey(email, keyId), keyId, name };
      await db.client.send(new PutCommand({ TableName: db.tables.userPreferences, Item }));
    }
    const reader = store.connect();
    expect((await readAccountKeys(reader, email)).keys.map(({ keyId }) => keyId)).toEqual(keyIds);
    expect(commands(reader.sent)).toEqual(['GetItem', 'Query', 'Query']);
    for (const keyId of keyIds) {
      const Key = keyRecordKey(email, keyId);
      await db.client.send(new DeleteCommand({ TableName: db.tables.userPreferences, Key }));
    }
  });
});
