import { expect, test } from 'vitest';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { ACCOUNT_RECORD, hot, SLOTS, versionOf } from '../../lib/accounts/account.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { revokeKeys } from '../../lib/keys/keys.store.ts';
import { askForKey, contextOf, eventsOf, madeKey, newUser, revoke, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';

const every = () => true;
const ids = (keys: readonly { keyId: string }[]) => keys.map(({ keyId }) => keyId).sort();

describeOnEngines('revokeKeys', (store) => {
  test('revokes one key, and leaves the others', async () => {
    const email = newUser();
    const db = store.connect();
    const [{ key: first }, { key: second }] = [await madeKey(db, email), await madeKey(db, email)];
    expect(await revokeKeys(db, contextOf(email, NOW + 9), ({ keyId }) => keyId === first.keyId)).toEqual([
      first.keyId,
    ]);
    const { account, keys } = await readAccountKeys(db, email);
    const [k1, v] = [first.version + 1, first.version + 2];
    expect(account.item).toEqual({ email, record: ACCOUNT_RECORD, a: 'a', v, p: 'free', n0: 0, k1, n1: 0 });
    const byId = Object.fromEntries(keys.map((key) => [key.keyId, key]));
    expect(byId[first.keyId]).toMatchObject({
      version: v,
      revokedAt: NOW + 9,
      deleteAt: Math.floor((NOW + 9) / 1000) + 30 * 86_400,
    });
    expect(byId[second.keyId]).toMatchObject({ version: k1, revokedAt: null });
    expect(byId[second.keyId]).not.toHaveProperty('deleteAt');
    expect((await eventsOf(store, email)).filter(({ type }) => type === 'key.revoked')).toMatchObject([
      { keyId: first.keyId, occurredAt: NOW + 9, changes: { revokedAt: { before: null, after: NOW + 9 } } },
    ]);
  });

  test('revokes all keys in one change', async () => {
    const email = newUser();
    const db = store.connect();
    const made = [await madeKey(db, email, { at: NOW - 2 }), await madeKey(db, email, { at: NOW - 1 })];
    expect(await revokeKeys(db, contextOf(email), every)).toEqual(made.map(({ key }) => key.keyId));
    expect(versionOf((await readAccountKeys(db, email)).account)).toBe(Number(made[0]?.key.version) + 2);
  });

  test.each(['repeated', 'of a user without keys', 'of an unknown key'])('writes nothing when %s', async (what) => {
    const email = newUser();
    const db = store.connect();
    if (what !== 'of a user without keys') await madeKey(db, email);
    if (what === 'repeated') await revokeKeys(db, contextOf(email), every);
    const before = await store.dump();
    const select = what === 'of an unknown key' ? ({ keyId }: KeyRecord) => keyId === 'unknown' : every;
    expect(await revokeKeys(db, contextOf(email, NOW + 1), select)).toEqual([]);
    expect(await store.dump()).toEqual(before);
  });

  test('revokes more keys than a transaction holds, each with its event, and frees every slot', async () => {
    const email = newUser();
    const db = store.connect();
    await startOnPlan(db, email, 'scale');
    const made: KeyRecord[] = [];
    for (let index = 0; index < 50; index++) made.push((await madeKey(db, email, { at: NOW - 50 + index })).key);
    expect(await askForKey(db, email)).toMatchObject({ kind: 'key_limit_reached', plan: { name: 'scale' } });

    expect(await revokeKeys(db, contextOf(email), every)).toEqual(made.map(({ keyId }) => keyId));
    const events = (await eventsOf(store, email)).filter(({ type }) => type === 'key.revoked');
    expect(events.map(({ keyId }) => keyId).sort()).toEqual(ids(made));
    expect(versionOf((await readAccountKeys(db, email)).account)).toBe(Number(made[0]?.version) + 49 + 2);

    const { key } = await madeKey(db, email);
    const { account, keys } = await readAccountKeys(db, email);
    const held = SLOTS.filter((slot) => hot.requests(slot) in account.item);
    expect(held).toEqual([key.slot]);
    expect(keys.filter(({ slot }) => slot !== null)).toHaveLength(1);
  });

  test('at the same time as keys are made ends in a state that some order of the changes explains', async () => {
    const email = newUser();
    const db = store.connect();
    const making = Array.from({ length: 8 }, () => askForKey(db, email));
    const revoking = Array.from({ length: 4 }, () => revokeKeys(db, contextOf(email), every));
    const created = (await Promise.all(making)).flatMap((answer) => (answer.kind === 'created' ? [answer.key] : []));
    const revoked = (await Promise.all(revoking)).filter((batch) => batch.length > 0);

    const { account, keys } = await readAccountKeys(db, email);
    expect(ids(keys)).toEqual(ids(created));
    const first = Math.min(...created.map(({ version }) => version));
    expect(versionOf(account)).toBe(first + created.length + revoked.length - 1);
    expect(ids(keys.filter(({ revokedAt }) => revokedAt !== null))).toEqual(revoked.flat().sort());
    const active = keys.filter(({ revokedAt }) => revokedAt === null);
    expect(active.length).toBeLessThanOrEqual(3);
    for (const { slot, version } of active) expect(account.item).toHaveProperty(`k${slot}`, version);
    expect(Object.keys(account.item).filter((name) => /^k.$/.test(name))).toHaveLength(active.length);
    const types = (await eventsOf(store, email)).map(({ type, keyId }) => `${type} ${keyId}`);
    expect(types.sort()).toEqual([
      ...ids(created).map((keyId) => `key.created ${keyId}`),
      ...revoked
        .flat()
        .sort()
        .map((keyId) => `key.revoked ${keyId}`),
    ]);
  });

  test('of one key by ten at once is done by one of them', async () => {
    const email = newUser();
    const db = store.connect();
    const { key } = await madeKey(db, email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(db, key)));
    expect(answers.flat()).toEqual([key.keyId]);
    expect(await eventsOf(store, email)).toHaveLength(2);
  });
});
