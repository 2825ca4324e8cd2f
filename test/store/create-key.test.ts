import { expect, test } from 'vitest';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { ACCOUNT_RECORD, versionOf } from '../../lib/accounts/account.ts';
import { hashSecret } from '../../lib/keys/secret.ts';
import { createCheck } from '../../lib/metering/check.ts';
import { containerName } from '../support/container.ts';
import { askForKey, eventsOf, madeKey, newUser, revoke, totals } from '../support/keys.ts';
import { DEFAULT_POLICY, NOW } from '../support/records.ts';
import { commands, describeOnEngines } from '../support/store.ts';

const DAY = 86_400_000;
const SECONDS = NOW / 1000;

describeOnEngines('createKey', (store) => {
  test('writes key, hash, account and event in one transaction', async () => {
    const email = newUser();
    const db = store.connect();
    const { key, secret } = await madeKey(db, email);
    expect(commands(db.sent)).toEqual(['GetItem', 'Query', 'TransactWriteItems']);
    const keyHash = hashSecret(secret);
    const hint = `${secret.slice(0, 12)}…${secret.slice(-4)}`;
    const expiresAt = NOW + 365 * DAY;
    const policy = { ...DEFAULT_POLICY, expiresAt };
    const items = await store.dump();
    expect(items[keyHash]).toEqual({ keyHash, email, keyId: key.keyId });
    expect(items[`${email} ${ACCOUNT_RECORD}`]).toEqual({
      email,
      record: 'account',
      a: 'a',
      v: key.version,
      p: 'free',
      k0: key.version,
      n0: 0,
    });
    expect(items[`${email} key#${key.keyId}`]).toEqual({
      email,
      record: `key#${key.keyId}`,
      keyId: key.keyId,
      ...policy,
      version: key.version,
      slot: '0',
      disabled: false,
      secrets: [{ place: 0, keyHash, hint, createdAt: NOW, expiresAt: null, rotateBy: null }],
      createdAt: NOW,
      updatedAt: NOW,
      dueKind: 'key',
      dueAt: NOW + 90 * 86_400_000,
      revokedAt: null,
      totals: null,
    });
    const [event] = await eventsOf(store, email);
    expect(event).toEqual({
      email,
      eventId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      type: 'key.created',
      keyId: key.keyId,
      occurredAt: NOW,
      actor: { email, ip: '192.0.2.1', userAgent: 'test' },
      requestId: 'r1',
      changes: Object.fromEntries(Object.entries(policy).map(([field, after]) => [field, { before: null, after }])),
      deleteAt: SECONDS + 400 * 86_400,
    });
  });

  test('leaves no 12 characters of a secret’s random part in any item of any table', async () => {
    const { secret } = await madeKey(store.connect(), newUser(), { idempotencyKey: 'once' });
    const everything = JSON.stringify(await store.dump());
    expect(everything).toContain(hashSecret(secret));
    for (let at = 'sk_live_'.length; at + 12 <= secret.length; at++) {
      expect(everything).not.toContain(secret.slice(at, at + 12));
    }
  });

  test('makes exactly as many keys as the plan allows, of 50 asked for at once', async () => {
    const email = newUser();
    const db = store.connect();
    const answers = await Promise.all(Array.from({ length: 50 }, () => askForKey(db, email)));
    const created = answers.flatMap((answer) => (answer.kind === 'created' ? [answer.key] : []));
    const limited = answers.filter((answer) => answer.kind === 'key_limit_reached');
    expect([created.length, limited.length]).toEqual([3, 47]);
    expect(created.map(({ slot }) => slot).sort()).toEqual(['0', '1', '2']);
    const versions = created.map(({ version }) => version).sort();
    expect(versions).toEqual([0, 1, 2].map((changes) => Number(versions[0]) + changes));
    const { account, keys } = await readAccountKeys(db, email);
    expect(versionOf(account)).toBe(versions[2]);
    expect(keys).toHaveLength(3);
    expect(await eventsOf(store, email)).toHaveLength(3);
  });

  test('answers a repeat with the same idempotency key with the key made then, and writes nothing', async () => {
    const email = newUser();
    const db = store.connect();
    const { key } = await madeKey(db, email, { idempotencyKey: 'order-1' });
    const before = await store.dump();
    expect(await askForKey(db, email, { idempotencyKey: 'order-1' })).toEqual({ kind: 'repeated', keyId: key.keyId });
    expect(await store.dump()).toEqual(before);
    expect(await askForKey(db, email, { idempotencyKey: 'order-2' })).toMatchObject({ kind: 'created' });
  });

  test('makes one key of 10 parallel repeats, and names it to the other nine', async () => {
    const email = newUser();
    const db = store.connect();
    const repeats = Array.from({ length: 10 }, () => askForKey(db, email, { idempotencyKey: 'order-1' }));
    const answers = await Promise.all(repeats);
    const { keys } = await readAccountKeys(db, email);
    expect(keys).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    const repeated = answers.flatMap((answer) => (answer.kind === 'repeated' ? [answer.keyId] : []));
    expect(repeated).toEqual(Array(9).fill(keys[0]?.keyId));
    expect(await eventsOf(store, email)).toHaveLength(1);
  });

  test('keeps the idempotency keys of two users apart', async () => {
    const db = store.connect();
    const [ada, eve] = [newUser(), newUser()];
    expect(await askForKey(db, ada, { idempotencyKey: 'same' })).toMatchObject({
      kind: 'created',
      key: { email: ada },
    });
    expect(await askForKey(db, eve, { idempotencyKey: 'same' })).toMatchObject({
      kind: 'created',
      key: { email: eve },
    });
  });

  test('lets an idempotency key be used again after 24 hours, and not a millisecond before', async () => {
    const email = newUser();
    const db = store.connect();
    const ask = (at: number) => askForKey(db, email, { idempotencyKey: 'daily', at });
    expect(await ask(NOW)).toMatchObject({ kind: 'created' });
    expect(await ask(NOW + DAY - 1)).toMatchObject({ kind: 'repeated' });
    expect(await ask(NOW + DAY)).toMatchObject({ kind: 'created' });
  });

  test('gives a slot out again only when its old key’s totals are kept elsewhere', async () => {
    const email = newUser();
    const db = store.connect();
    const old = await madeKey(db, email);
    const check = createCheck(db, () => NOW + 5, containerName());
    await check(old.secret);
    await check(old.secret);
    await revoke(db, old.key);
    const used = { totalRequests: 2, lastUsedAt: NOW + 5 };
    expect(await totals(db, old.key)).toEqual(used);

    const second = await madeKey(db, email);
    const third = await madeKey(db, email);
    expect([old.key.slot, second.key.slot, third.key.slot]).toEqual(['0', '1', '0']);
    expect(await totals(db, old.key)).toEqual(used);
    expect(await totals(db, third.key)).toEqual({ totalRequests: 0, lastUsedAt: null });
    await check(third.secret);
    expect(await totals(db, old.key)).toEqual(used);
    expect(await totals(db, third.key)).toEqual({ totalRequests: 1, lastUsedAt: NOW + 5 });
  });

  test('keeps an idempotency key for 24 hours, and not as it was sent', async () => {
    const email = newUser();
    const db = store.connect();
    const { key } = await madeKey(db, email, { idempotencyKey: 'order-of-ada' });
    const items = await store.dump();
    expect(JSON.stringify(items)).not.toContain('order-of-ada');
    const kept = Object.entries(items).filter(([name]) => name.startsWith(`${email} idempotency#`));
    expect(kept).toMatchObject([[expect.anything(), { made: key.keyId, deleteAt: SECONDS + 86_400 }]]);
  });
});
