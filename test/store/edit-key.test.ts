import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { keyVersionAt } from '../../lib/accounts/account.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import { editKey, endGrace, rotateKey, type Target } from '../../lib/keys/edit-key.store.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import type { KeyEdit } from '../../lib/keys/key-difference.ts';
import { viewKey } from '../../lib/keys/key-view.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import type { Database } from '../../lib/store/database.ts';
import { newContainer, warmContainer } from '../support/container.ts';
import { contextOf, eventsOf, madeKey, newUser, revoke, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines } from '../support/store.ts';

const DAY = 86_400_000;
const draw = () => makeSecret('live', randomBytes);

const edit = (db: Database, { email, keyId }: KeyRecord, fields: KeyEdit, version?: number) =>
  editKey(db, contextOf(email), { keyId, version }, () => fields);

/** Rotates a key, and gives its new secret. */
async function rotate(db: Database, { email, keyId }: KeyRecord, grace: number, at = NOW): Promise<Secret> {
  const { result, secret } = await rotateKey(db, contextOf(email, at), { keyId }, draw, grace);
  if (result.kind !== 'edited' || !secret) throw new Error(`expected a rotation, was answered ${result.kind}`);
  return secret;
}

async function stored(db: Database, { email, keyId }: KeyRecord) {
  const { account, keys } = await readAccountKeys(db, email);
  const key = keys.find((candidate) => candidate.keyId === keyId);
  if (!key) throw new Error(`no key ${keyId}`);
  return { account, key };
}

describeOnEngines('an edit', (store) => {
  test('changes the key, the version that its account counts for, and tells of both values', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    const result = await edit(db, key, { name: 'renamed', scopes: [] }, key.version);
    expect(result).toMatchObject({
      kind: 'edited',
      key: { name: 'renamed', version: key.version + 1, updatedAt: NOW },
    });
    const { account, key: after } = await stored(db, key);
    expect(after.slot && keyVersionAt(account, after.slot)).toBe(key.version + 1);
    const event = (await eventsOf(store, key.email)).find(({ type }) => type === 'key.updated');
    expect(event).toMatchObject({
      keyId: key.keyId,
      changes: { name: { before: 'default', after: 'renamed' } },
    });
    expect(event?.changes).not.toHaveProperty('scopes');
  });

  test('that changes nothing writes nothing', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    const before = await store.dump();
    expect(await edit(db, key, { name: key.name, disabled: false })).toMatchObject({
      kind: 'edited',
      key: { version: key.version },
    });
    expect(await store.dump()).toEqual(before);
  });

  test('of an older version is stale, of an unknown or revoked key is no edit, and nothing is written', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    await edit(db, key, { name: 'first' });
    const { key: gone } = await madeKey(db, key.email);
    await revoke(db, gone);
    const before = await store.dump();
    expect(await edit(db, key, { name: 'second' }, key.version)).toEqual({ kind: 'stale', version: key.version + 1 });
    expect(await edit(db, { ...key, keyId: 'none' }, { name: 'second' })).toEqual({ kind: 'unknown' });
    expect(await edit(db, gone, { name: 'second' })).toEqual({ kind: 'revoked' });
    expect((await rotateKey(db, contextOf(key.email), { keyId: gone.keyId }, draw, 0)).result).toEqual({
      kind: 'revoked',
    });
    expect(await store.dump()).toEqual(before);
  });

  test('of two with the same version, at once, one is stale', async () => {
    const { key } = await madeKey(store.connect(), newUser());
    const edits = ['a', 'b'].map((name) => edit(store.connect(), key, { name }, key.version));
    const results = await Promise.all(edits);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['edited', 'stale']);
    expect(await eventsOf(store, key.email)).toHaveLength(2);
  });

  test('a key disabled is refused from the next call, also by containers that are hot', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const container = await warmContainer(store, secret);
    await edit(db, key, { disabled: true });
    expect((await container.ask(secret))[0]).toBe('key_disabled');
    await edit(db, key, { disabled: false });
    container.now += 2_000;
    expect((await container.ask(secret))[0]).toBe('allowed');
  });
});

describeOnEngines('a rotation', (store) => {
  test('keeps id, slot, limits and counts; the event shows hints, not hashes', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    await warmContainer(store, secret);
    const next = await rotate(db, key, 60);
    const { account, key: after } = await stored(db, key);
    expect(after).toMatchObject({ keyId: key.keyId, slot: key.slot, rateLimits: key.rateLimits, quota: key.quota });
    expect(viewKey(after, account, NOW)).toMatchObject({ totalRequests: 1, hint: expect.stringMatching(/^sk_live_/) });
    const event = (await eventsOf(store, key.email)).find(({ type }) => type === 'key.rotated');
    expect(event).toMatchObject({ changes: { secrets: { before: [{}], after: [{}, {}] } } });
    for (const { keyHash } of after.secrets) expect(JSON.stringify(event)).not.toContain(keyHash);
    expect(JSON.stringify(event)).not.toContain(next.slice(12, 24));
  });

  test('both secrets work until the last millisecond of the grace, and then the new one alone', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const next = await rotate(db, key, 60);
    const container = newContainer(store);
    const at = async (now: number) => {
      container.now = now;
      return [(await container.ask(secret))[0], (await container.ask(next))[0]];
    };
    expect(await at(NOW + 59_999)).toEqual(['allowed', 'allowed']);
    expect(await at(NOW + 60_000)).toEqual(['key_expired', 'allowed']);
  });

  test('of a key that has expired makes no secret, and says since when; with a later end it does', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    await edit(db, key, { expiresAt: NOW + 1_000 });
    const ask = (at: number) => rotateKey(db, contextOf(key.email, at), { keyId: key.keyId }, draw, 0);
    expect((await ask(NOW + 1_000)).result).toEqual({ kind: 'expired', expiresAt: NOW + 1_000 });
    expect((await stored(db, key)).key.secrets).toHaveLength(1);
    await edit(db, key, { expiresAt: null });
    expect((await ask(NOW + 1_000)).result.kind).toBe('edited');
  });

  test('inside a grace leaves the first secret its own end; a sixth secret has no room until the grace is ended', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    const target: Target = { keyId: key.keyId };
    for (const minute of [1, 2, 3, 4]) await rotate(db, key, 3_600, NOW + minute * 60_000);
    const { key: full } = await stored(db, key);
    expect(full.secrets.map(({ expiresAt }) => expiresAt && (expiresAt - NOW) / 60_000)).toEqual([
      61,
      62,
      63,
      64,
      null,
    ]);
    expect(new Set(full.secrets.map(({ place }) => place)).size).toBe(5);
    const before = await store.dump();
    const { result } = await rotateKey(db, contextOf(key.email, NOW + 300_000), target, draw, 3_600);
    expect(result).toEqual({ kind: 'too_many_secrets' });
    expect(await store.dump()).toEqual(before);
    expect(await endGrace(db, contextOf(key.email, NOW + 300_000), target)).toMatchObject({ kind: 'edited' });
    await rotate(db, key, 3_600, NOW + 300_000);
    expect((await stored(db, key)).key.secrets).toHaveLength(2);
  });

  test('the end of a grace refuses the former secret from the next call; to end none writes nothing', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const next = await rotate(db, key, 3_600);
    const container = await warmContainer(store, secret);
    await endGrace(db, contextOf(key.email), { keyId: key.keyId });
    expect((await container.ask(secret))[0]).toBe('key_expired');
    expect((await container.ask(next))[0]).toBe('allowed');
    const before = await store.dump();
    await endGrace(db, contextOf(key.email), { keyId: key.keyId });
    expect(await store.dump()).toEqual(before);
  });

  test('shows of each secret when it was used last, and of the key the latest', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const container = newContainer(store);
    await container.ask(secret);
    const next = await rotate(db, key, 3_600);
    const uses = async () => {
      const { account, key: after } = await stored(db, key);
      const view = viewKey(after, account, NOW);
      return [...view.secrets.map(({ lastUsedAt }) => lastUsedAt), view.lastUsedAt].map(
        (at) => at && (Date.parse(at) - NOW) / 1_000,
      );
    };
    expect(await uses()).toEqual([0, null, 0]);
    container.now = NOW + 1_000;
    await container.ask(secret);
    expect(await uses()).toEqual([1, null, 1]);
    container.now = NOW + 2_000;
    await container.ask(next);
    expect(await uses()).toEqual([1, 2, 2]);
    expect(container.sent.at(-1)).toEqual({ command: 'UpdateItem', units: 1 });
  });

  test('of a key that was never used has nothing to show', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    await rotate(db, key, 3_600);
    const { account, key: after } = await stored(db, key);
    expect(viewKey(after, account, NOW).secrets.map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, null]);
  });

  test('with a grace of 0, eight hot containers refuse the old secret at once, and none refuses the new one', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const fleet = await Promise.all(Array.from({ length: 8 }, () => warmContainer(store, secret)));
    let isRotated = false;
    const calls = fleet.map(async (container) => {
      const answers: string[] = [];
      while (!isRotated) {
        answers.push((await container.ask(secret))[0]);
        // Refusals from memory would leave the others no time.
        await setImmediate();
      }
      return answers;
    });
    const next = await rotate(db, key, 0);
    const [old, fresh] = [
      await Promise.all(fleet.map((container) => newestAnswer(container, secret))),
      await Promise.all(fleet.map((container) => newestAnswer(container, next))),
    ];
    isRotated = true;
    await Promise.all(calls);
    expect(old).toEqual(Array(8).fill('key_expired'));
    expect(fresh).toEqual(Array(8).fill('allowed'));
  });
});

const newestAnswer = async (container: { ask(secret: Secret): Promise<[string, ...string[]]> }, secret: Secret) =>
  (await container.ask(secret))[0];

describeOnEngines('many at once on one key', (store) => {
  test('rotate, revoke and edit end in a state that some order explains, version and events agreeing', async () => {
    for (let round = 0; round < 5; round++) {
      const { key, secret } = await madeKey(store.connect(), newUser());
      const rotations = Array.from({ length: 3 }, () =>
        rotateKey(store.connect(), contextOf(key.email), { keyId: key.keyId }, draw, 3_600).then(
          ({ result }) => result,
        ),
      );
      const edits = ['a', 'b', 'c'].map((name) => edit(store.connect(), key, { name }));
      const revocation = revoke(store.connect(), key);
      const results = await Promise.all([...rotations, ...edits]);
      expect(await revocation).toEqual([key.keyId]);

      const done = results.flatMap((result) => (result.kind === 'edited' ? [result.key] : []));
      expect(results.every(({ kind }) => kind === 'edited' || kind === 'revoked')).toBe(true);
      const { account, key: after } = await stored(store.connect(), key);
      const versions = done.map(({ version }) => version).sort((a, b) => a - b);
      // Every change has a version of its own, and what comes after the revocation has none.
      expect(versions).toEqual(versions.map((_, index) => key.version + 1 + index));
      expect(after).toMatchObject({ revokedAt: NOW, version: key.version + versions.length + 1 });
      expect(account.item.v).toBe(after.version);
      const events = (await eventsOf(store, key.email)).map(({ type }) => type);
      const count = (type: string) => events.filter((candidate) => candidate === type).length;
      expect(count('key.revoked')).toBe(1);
      expect(count('key.rotated') + count('key.updated')).toBe(done.length);
      const last = done.find(({ version }) => version === versions.at(-1));
      expect(after.secrets).toEqual((last ?? key).secrets);
      expect(after.secrets).toHaveLength(1 + count('key.rotated'));
      expect((await newContainer(store).ask(secret))[0]).toBe('key_revoked');
    }
  });
});

describe('a greatest age of secrets', () => {
  describeOnEngines('comes with a plan, and', (store) => {
    test('leaves 30 days to rotate a secret that is older; then it is refused until the key is rotated', async () => {
      const email = newUser();
      const db = store.connect();
      await startOnPlan(db, email, 'scale');
      const { key, secret } = await madeKey(db, email);
      const container = newContainer(store);
      container.now = NOW + 500 * DAY;
      expect((await container.ask(secret))[0]).toBe('allowed');
      await changePlan(db, contextOf(email, container.now), 'pro');
      const { key: after, account } = await stored(db, key);
      const rotateBy = NOW + 530 * DAY;
      expect(viewKey(after, account, NOW).rotateBy).toBe(new Date(rotateBy).toISOString());
      container.now = rotateBy - 1;
      expect((await container.ask(secret))[0]).toBe('allowed');
      container.now = rotateBy;
      expect((await container.ask(secret))[0]).toBe('key_expired');
      const next = await rotate(db, key, 3_600, rotateBy);
      container.now += 2_000;
      expect((await container.ask(next))[0]).toBe('allowed');
      expect((await container.ask(secret))[0]).toBe('key_expired');
      await changePlan(db, contextOf(email, container.now), 'scale');
      expect((await stored(db, key)).key.secrets.at(-1)?.rotateBy).toBeNull();
    });

    test('keys that it does not touch keep their version', async () => {
      const email = newUser();
      const db = store.connect();
      const { key, secret } = await madeKey(db, email);
      const container = await warmContainer(store, secret);
      await changePlan(db, contextOf(email), 'scale');
      expect((await stored(db, key)).key.version).toBe(key.version);
      const before = container.sent.length;
      expect((await container.ask(secret))[0]).toBe('allowed');
      expect(commands(container.sent.slice(before))).toEqual(['UpdateItem', 'UpdateItem']);
    });
  });
});
