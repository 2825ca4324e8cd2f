import { expect, test } from 'vitest';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { countAt, hot, SLOTS, versionOf } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { readHead, readLedger } from '../../lib/credits/credits.store.ts';
import { driftsOf, EMPTY_SUM, withLine } from '../../lib/credits/reconcile.ts';
import { type ImportedKey, importKeys, previewImport } from '../../lib/keys/import-keys.store.ts';
import { foreignKey } from '../support/imports.ts';
import { contextOf, eventsOf, madeKey, newUser, revoke, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnAnEngine, type Intercept } from '../support/store.ts';

const DAY = 86_400_000;

describeOnAnEngine('importKeys', (store) => {
  const run = (email: Email, keys: readonly ImportedKey[], lookFirst = false, intercept?: Intercept) =>
    importKeys(store.connect(intercept), contextOf(email), keys, lookFirst);
  const kinds = async (...given: Parameters<typeof run>) => [...(await run(...given)).values()].map(({ kind }) => kind);

  /** What an account's ledger has, and whether it is what its counters have. */
  const credits = async (email: Email) => {
    const db = store.connect();
    const { account } = await readAccountKeys(db, email);
    const { entries } = await readLedger(db, email, NOW, { limit: 100 });
    const drifts = driftsOf(account, await readHead(db, email), entries.reduceRight(withLine, EMPTY_SUM));
    expect(drifts).toEqual([]);
    return countAt(account, hot.purchasedCredits);
  };

  test('writes key, hash, slot, event and credits of a key in one transaction', async () => {
    const email = newUser();
    const createdAt = NOW - 1_000 * DAY;
    const key = foreignKey({ createdAt, credits: 500, disabled: true });
    const db = store.connect();
    expect(await importKeys(db, contextOf(email), [key])).toEqual(
      new Map([[key.keyHash, { kind: 'made', keyId: key.keyId, beyondPlan: ['expiresAt'] }]]),
    );
    expect(commands(db.sent)).toEqual(['GetItem', 'Query', 'GetItem', 'TransactWriteItems']);
    const items = await store.dump();
    expect(items[key.keyHash]).toEqual({ keyHash: key.keyHash, email, keyId: key.keyId });
    expect(items[`${email} account`]).toMatchObject({ n0: 0, c: 500 });
    expect(items[`${email} key#${key.keyId}`]).toMatchObject({
      ...key.policy,
      slot: '0',
      disabled: true,
      createdAt,
      updatedAt: NOW,
      secrets: [{ keyHash: key.keyHash, hint: key.hint, createdAt, rotateBy: null }],
    });
    const events = await eventsOf(store, email);
    expect(events.toSorted((a, b) => String(b.type).localeCompare(String(a.type)))).toMatchObject([
      { type: 'key.created', keyId: key.keyId, details: { imported: true } },
      { type: 'credits.granted', details: { amount: 500, reason: 'imported' } },
    ]);
    expect(await credits(email)).toBe(500);
  });

  test('run again writes nothing, and names the key that is there; also once it is revoked', async () => {
    const email = newUser();
    const keys = Array.from({ length: 12 }, () => foreignKey({ credits: 7 }));
    expect(await kinds(email, keys)).toEqual(Array(12).fill('made'));
    const before = await store.dump();
    // Another run draws other ids.
    const again = keys.map((key) => ({ ...key, keyId: foreignKey().keyId }));
    for (const lookFirst of [true, false]) {
      expect([...(await run(email, again, lookFirst)).entries()].sort()).toEqual(
        keys.map(({ keyHash, keyId }) => [keyHash, { kind: 'there', keyId }]).sort(),
      );
    }
    expect(await store.dump()).toStrictEqual(before);
    expect(await credits(email)).toBe(12 * 7);

    const { keys: held } = await readAccountKeys(store.connect(), email);
    await revoke(store.connect(), held[0] as (typeof held)[number]);
    expect(await kinds(email, again, true)).toEqual(Array(12).fill('there'));
  });

  test('grants credits once however often it breaks off or its answer is lost', async () => {
    for (const fate of ['before', 'after'] as const) {
      const email = newUser();
      const keys = Array.from({ length: 25 }, () => foreignKey({ credits: 3 }));
      let writes = 0;
      const breaking: Intercept = async (command, proceed) => {
        if (command !== 'TransactWriteItems' || ++writes !== 2) return proceed();
        if (fate === 'after') await proceed();
        throw Object.assign(new Error('the answer is lost'), { name: 'TimeoutError' });
      };
      await expect(run(email, keys, false, breaking)).rejects.toThrow('the answer is lost');
      expect(await credits(email)).toBe(fate === 'after' ? 60 : 30);
      expect(await kinds(email, keys, true)).toEqual(Array(25).fill('made'));
      expect(await credits(email)).toBe(75);
      expect((await readAccountKeys(store.connect(), email)).keys).toHaveLength(25);
    }
  });

  test('makes one key of each however many imports run at once', async () => {
    const email = newUser();
    const keys = Array.from({ length: 15 }, () => foreignKey({ credits: 2 }));
    const runs = await Promise.all(
      [0, 1, 2].map(() =>
        kinds(
          email,
          keys.map((key) => ({ ...key, keyId: foreignKey().keyId })),
        ),
      ),
    );
    expect(runs.flat().filter((kind) => kind === 'made')).toHaveLength(15);
    expect(runs.flat().filter((kind) => kind === 'there')).toHaveLength(30);
    expect(await credits(email)).toBe(30);
  });

  test('rejects a key that is another account’s, and makes those beside it', async () => {
    const [ada, eve] = [newUser(), newUser()];
    const [shared, own] = [foreignKey({ credits: 5 }), foreignKey({ credits: 5 })];
    await run(ada, [shared]);
    const outcomes = await run(eve, [{ ...shared, keyId: foreignKey().keyId }, own]);
    expect(outcomes.get(shared.keyHash)).toEqual({ kind: 'rejected', why: 'other_account' });
    expect(outcomes.get(own.keyHash)?.kind).toBe('made');
    expect(await credits(eve)).toBe(5);
  });

  test('goes beyond a plan, says what of it, and ends where there is no slot', async () => {
    const email = newUser();
    const wide = foreignKey();
    const limits = { rateLimits: [{ name: 'burst', limit: 601, windowSeconds: 60 }], expiresAt: NOW + DAY };
    const keys = [{ ...wide, policy: { ...wide.policy, ...limits } }, ...SLOTS.map(() => foreignKey())];
    const preview = await previewImport(store.connect(), contextOf(email), keys, 0);
    const outcomes = await run(email, keys);
    expect(outcomes).toEqual(preview);
    const results = keys.map(({ keyHash }) => outcomes.get(keyHash));
    expect(results[0]).toMatchObject({ beyondPlan: ['rateLimits[0].limit'] });
    expect(results[3]).toMatchObject({ kind: 'made', beyondPlan: ['keys', 'expiresAt'] });
    expect(results.at(-1)).toEqual({ kind: 'rejected', why: 'no_room' });
    expect(results.filter((result) => result?.kind === 'made')).toHaveLength(SLOTS.length);
    expect((await readAccountKeys(store.connect(), email)).keys).toHaveLength(SLOTS.length);
  });

  test('takes the slots of revoked keys, as its preview says', async () => {
    const email = newUser();
    const old = await madeKey(store.connect(), email);
    await run(
      email,
      SLOTS.slice(1).map(() => foreignKey()),
    );
    await revoke(store.connect(), old.key);
    const keys = [foreignKey(), foreignKey()];
    const preview = await previewImport(store.connect(), contextOf(email), keys, 0);
    expect(await run(email, keys)).toEqual(preview);
    expect([...preview.values()].map(({ kind }) => kind)).toEqual(['made', 'rejected']);
  });

  test('leaves 30 days to a secret that is older than the plan allows', async () => {
    const email = newUser();
    await startOnPlan(store.connect(), email, 'pro');
    const [old, fresh] = [foreignKey({ createdAt: NOW - 3_000 * DAY }), foreignKey({ createdAt: NOW - 10 * DAY })];
    await run(email, [old, fresh]);
    const { account, keys } = await readAccountKeys(store.connect(), email);
    const rotateBy = (hash: string) =>
      keys.flatMap(({ secrets }) => secrets).find((one) => one.keyHash === hash)?.rotateBy;
    expect(rotateBy(old.keyHash)).toBe(NOW + 30 * DAY);
    expect(rotateBy(fresh.keyHash)).toBe(NOW + 355 * DAY);
    expect(keys.map(({ version }) => version)).toEqual(Array(2).fill(versionOf(account)));
  });
});
