import { expect, test } from 'vitest';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { revokeKeys } from '../../lib/keys/keys.store.ts';
import { newContainer, warmContainer } from '../support/container.ts';
import { changeKey, contextOf, madeKey, newUser, revoke, totals } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';

const YEAR = 365 * 86_400_000;

describeOnEngines('what takes away holds from the next call', (store) => {
  test('a revoked key is refused at once by each of eight warm containers, for one call each', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const containers = await Promise.all(Array.from({ length: 8 }, () => warmContainer(store, secret)));
    await revoke(store.connect(), key);
    for (const container of containers) {
      expect(await container.ask(secret)).toEqual(['key_revoked', 'UpdateItem']);
      expect(await container.ask(secret)).toEqual(['key_revoked']);
    }
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 8 });
  });

  test('a key revoked with all others is refused by a container that knows several of them', async () => {
    const email = newUser();
    const made = [await madeKey(store.connect(), email), await madeKey(store.connect(), email)];
    const container = newContainer(store);
    for (const { secret } of made) await container.check(secret);
    await revokeKeys(store.connect(), contextOf(email), () => true);
    const answers = [];
    for (const { secret } of made) answers.push(await container.ask(secret));
    expect(answers).toEqual([['key_revoked', 'UpdateItem'], ['key_revoked']]);
  });

  test.each<[string, Partial<KeyRecord>, string]>([
    ['disabled', { disabled: true }, 'key_disabled'],
    ['given an end that has passed', { expiresAt: NOW }, 'key_expired'],
    ['given other secrets', { secrets: [] }, 'key_expired'],
  ])('a key that was %s is refused by a warm container, for two calls', async (_, fields, code) => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = await warmContainer(store, secret);
    await changeKey(store.connect(), key, fields);
    expect(await container.ask(secret)).toEqual([code, 'UpdateItem', 'GetItem']);
    expect(await container.ask(secret)).toEqual([code]);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 1 });
  });

  test('a key is refused from the very millisecond of its end, though nothing was written', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const container = await warmContainer(store, secret);
    container.now = NOW + YEAR - 1;
    expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem']);
    container.now = NOW + YEAR;
    expect(await container.ask(secret)).toEqual(['key_expired']);
  });

  test('a change to another key costs a warm container one call more, and nothing is refused', async () => {
    const email = newUser();
    const { key, secret } = await madeKey(store.connect(), email);
    const container = await warmContainer(store, secret);
    await madeKey(store.connect(), email);
    expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem', 'UpdateItem']);
    expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem']);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 3 });
  });
});

describeOnEngines('a slot that another key has taken over', (store) => {
  async function takenOver() {
    const email = newUser();
    const old = await madeKey(store.connect(), email);
    const warm = await warmContainer(store, old.secret);
    await revoke(store.connect(), old.key);
    await madeKey(store.connect(), email);
    const next = await madeKey(store.connect(), email);
    expect(next.key.slot).toBe(old.key.slot);
    return { old, next, warm };
  }

  test('does not open for the old secret, in a container that last saw the old key accepted', async () => {
    const { old, next, warm } = await takenOver();
    expect(await warm.ask(old.secret)).toEqual(['key_revoked', 'UpdateItem', 'GetItem']);
    expect(await totals(store.connect(), next.key)).toEqual({ totalRequests: 0, lastUsedAt: null });
  });

  test('does not open for the old secret, in a container that has charged the new key since', async () => {
    const { old, next, warm } = await takenOver();
    expect(await warm.ask(next.secret)).toMatchObject({ 0: 'allowed' });
    expect(await warm.ask(old.secret)).toEqual(['key_revoked', 'GetItem']);
    expect(await warm.ask(next.secret)).toEqual(['allowed', 'UpdateItem']);
    expect(await totals(store.connect(), old.key)).toMatchObject({ totalRequests: 1 });
    expect(await totals(store.connect(), next.key)).toMatchObject({ totalRequests: 2 });
  });
});

describeOnEngines('what gives holds within 2 s', (store) => {
  test('a key enabled again is accepted once the refusal is 2 s old; until then a refusal costs nothing', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await changeKey(store.connect(), key, { disabled: true });
    const container = newContainer(store);
    expect(await container.ask(secret)).toEqual(['key_disabled', 'GetItem', 'BatchGetItem']);
    await changeKey(store.connect(), key, { disabled: false });
    container.now += 1_999;
    expect(await container.ask(secret)).toEqual(['key_disabled']);
    container.now += 1;
    expect(await container.ask(secret)).toEqual(['allowed', 'GetItem', 'GetItem', 'UpdateItem']);
  });

  test('a key whose end was put off is accepted once the refusal is 2 s old', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = await warmContainer(store, secret);
    container.now = NOW + YEAR;
    expect(await container.ask(secret)).toEqual(['key_expired', 'GetItem']);
    await changeKey(store.connect(), key, { expiresAt: null });
    container.now += 1_999;
    expect(await container.ask(secret)).toEqual(['key_expired']);
    container.now += 1;
    expect(await container.ask(secret)).toEqual(['allowed', 'GetItem', 'GetItem', 'UpdateItem']);
  });

  test('a key made with a secret that was unknown before is accepted once that answer is 2 s old', async () => {
    const email = newUser();
    const { key, secret } = await madeKey(store.connect(), email);
    // As a container sees a key that is made after the first call with it.
    let made = false;
    const container = newContainer(store, async (_, proceed) => (made ? proceed() : {}));
    expect(await container.ask(secret)).toEqual(['invalid_key', 'GetItem']);
    made = true;
    expect(await container.ask(secret)).toEqual(['invalid_key']);
    container.now += 2_000;
    expect(await container.ask(secret)).toMatchObject({ 0: 'allowed' });
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 1 });
  });
});
