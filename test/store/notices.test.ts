import { expect, test } from 'vitest';
import { PLANS } from '../../lib/accounts/plans.ts';
import { editKey } from '../../lib/keys/edit-key.store.ts';
import { readKey } from '../../lib/keys/key.store.ts';
import { DUE_KEY, type KeyRecord } from '../../lib/keys/key.ts';
import { type Due, dueKey, writeNotices } from '../../lib/notices/notices.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { readDueRecords } from '../../lib/store/due.store.ts';
import { newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, madeKey, newUser, revoke, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnAnEngine, type Intercept, type Store } from '../support/store.ts';

const DAY = 86_400_000;

const dueAt = async (db: Database, key: KeyRecord): Promise<Due> => {
  const record = await readKey(db, key);
  if (record?.dueAt === undefined) throw new Error('expected a key that will be due');
  return { email: key.email, keyId: key.keyId, dueAt: record.dueAt };
};

async function allDue(db: Database, now: number): Promise<Due[]> {
  const found: Due[] = [];
  for await (const page of readDueRecords(db, DUE_KEY, now)) found.push(...page.map(dueKey));
  return found;
}

const typesOf = async (store: Store, { email }: KeyRecord) =>
  (await eventsOf(store, email)).map(({ type }) => type).filter((type) => type !== 'key.created');

/** A key that ends in as many days; its user hears of no idleness. */
async function keyEnding(db: Database, days: number): Promise<KeyRecord> {
  const { key } = await madeKey(db, newUser());
  const context = contextOf(key.email);
  const result = await editKey(db, context, { keyId: key.keyId }, () => ({ expiresAt: NOW + days * DAY }));
  if (result.kind !== 'edited') throw new Error(result.kind);
  return result.key;
}

describeOnAnEngine('notices', (store) => {
  test('find the keys that are due alone, the longest first, and read nothing of the others', async () => {
    const db = store.connect();
    const [first, second] = [await keyEnding(db, 20), await keyEnding(db, 25)];
    for (let other = 0; other < 10; other++) await keyEnding(db, 100);
    const revoked = await keyEnding(db, 20);
    await revoke(db, revoked);
    const now = NOW + 12 * DAY;
    const reader = store.connect();
    const found = await allDue(reader, now);
    expect(found).toEqual([
      { email: first.email, keyId: first.keyId, dueAt: NOW + 6 * DAY },
      { email: second.email, keyId: second.keyId, dueAt: NOW + 11 * DAY },
    ]);
    // Two entries of the index: half a read unit for each 4 KB.
    expect(reader.sent).toEqual([{ command: 'Query', units: 0.5 }]);
    for (const due of found) await writeNotices(db, due, now);
    expect(await allDue(db, now)).toEqual([]);
  });

  test('write each once, with what it is about, and say when to look next', async () => {
    const db = store.connect();
    const key = await keyEnding(db, 20);
    const due = await dueAt(db, key);
    const now = due.dueAt + 60_000;
    expect(await writeNotices(db, due, now)).toHaveLength(1);
    const [notice] = (await eventsOf(store, key.email)).filter(({ type }) => type === 'key.expiring');
    expect(notice).toMatchObject({
      keyId: key.keyId,
      occurredAt: due.dueAt,
      actor: { email: '', ip: '', userAgent: '' },
      requestId: '',
      details: { endsAt: NOW + 20 * DAY, daysLeft: 14, cause: 'expiry' },
    });
    expect((await dueAt(db, key)).dueAt).toBe(NOW + 13 * DAY);
    expect(await writeNotices(db, due, now)).toEqual([]);
    // The version that people edit by is as it was.
    expect((await readKey(db, key))?.version).toBe(key.version);
  });

  test('of four at once on one key, one writes', async () => {
    const db = store.connect();
    const key = await keyEnding(db, 20);
    const due = await dueAt(db, key);
    const results = await Promise.all(
      Array.from({ length: 4 }, () => writeNotices(store.connect(), due, due.dueAt).catch(() => [])),
    );
    expect(results.flat().length).toBeLessThanOrEqual(1);
    await writeNotices(db, due, due.dueAt);
    expect(await typesOf(store, key)).toEqual(expect.arrayContaining(['key.expiring']));
    expect((await typesOf(store, key)).filter((type) => type === 'key.expiring')).toHaveLength(1);
  });

  test('a change between the look and the write leaves the notice to be found again, and it is still one', async () => {
    const db = store.connect();
    const key = await keyEnding(db, 20);
    const due = await dueAt(db, key);
    const rename = () =>
      editKey(db, contextOf(key.email, due.dueAt + 5), { keyId: key.keyId }, () => ({ name: 'renamed' }));
    let isDone = false;
    const meddle: Intercept = async (command, proceed) => {
      if (command === 'TransactWriteItems' && !isDone) {
        isDone = true;
        await rename();
      }
      return proceed();
    };
    expect(await writeNotices(store.connect(meddle), due, due.dueAt + 10)).toEqual([]);
    const again = await dueAt(db, key);
    expect(again).toEqual(due);
    expect(await writeNotices(db, again, due.dueAt + 10)).toHaveLength(1);
    expect((await typesOf(store, key)).sort()).toEqual(['key.expiring', 'key.updated', 'key.updated']);
  });

  test('an answer that is lost is no second notice', async () => {
    const db = store.connect();
    const key = await keyEnding(db, 20);
    const due = await dueAt(db, key);
    const loses: Intercept = async (command, proceed) => {
      const answer = await proceed();
      if (command === 'TransactWriteItems') throw new Error('lost');
      return answer;
    };
    await expect(writeNotices(store.connect(loses), due, due.dueAt)).rejects.toThrow('lost');
    expect(await writeNotices(db, due, due.dueAt)).toEqual([]);
    expect((await typesOf(store, key)).filter((type) => type === 'key.expiring')).toHaveLength(1);
  });

  test('one that was written before the key went back to how it was is not written again', async () => {
    const db = store.connect();
    const key = await keyEnding(db, 20);
    const due = await dueAt(db, key);
    await writeNotices(db, due, due.dueAt);
    const edit = (expiresAt: number) =>
      editKey(db, contextOf(key.email, due.dueAt - DAY), { keyId: key.keyId }, () => ({ expiresAt }));
    await edit(NOW + 50 * DAY);
    await edit(NOW + 20 * DAY);
    expect(await dueAt(db, key)).toEqual(due);
    expect(await writeNotices(db, due, due.dueAt)).toEqual([]);
    expect((await typesOf(store, key)).filter((type) => type === 'key.expiring')).toHaveLength(1);
    expect((await dueAt(db, key)).dueAt).toBe(NOW + 13 * DAY);
  });
});

describeOnAnEngine('idle keys', (store) => {
  test('are told of, then disabled by the policy, and enabled by their owner', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const container = newContainer(store);
    await container.ask(secret);
    const told = await dueAt(db, key);
    expect(told.dueAt).toBe(NOW + 90 * DAY);
    await writeNotices(db, told, told.dueAt);
    expect(await typesOf(store, key)).toEqual(['key.idle']);
    const disabling = await dueAt(db, key);
    expect(disabling.dueAt).toBe(NOW + 180 * DAY);
    await writeNotices(db, disabling, disabling.dueAt);
    expect(await typesOf(store, key)).toEqual(['key.idle', 'key.idle_disabled']);
    container.now = disabling.dueAt;
    expect((await container.ask(secret))[0]).toBe('key_disabled');

    const undo = contextOf(key.email, disabling.dueAt + DAY);
    await editKey(db, undo, { keyId: key.keyId }, () => ({ disabled: false }));
    container.now = undo.at + 2_000;
    expect((await container.ask(secret))[0]).toBe('allowed');
    expect((await dueAt(db, key)).dueAt).toBe(undo.at + 90 * DAY);
  });

  test('are left alone if they were used, also in the last moment', async () => {
    const db = store.connect();
    const { key } = await madeKey(db, newUser());
    const due = await dueAt(db, key);
    await setHot(db, key.email, { [`u${key.slot}`]: due.dueAt - 1 });
    expect(await writeNotices(db, due, due.dueAt)).toEqual([]);
    expect((await dueAt(db, key)).dueAt).toBe(due.dueAt - 1 + 90 * DAY);
    const later = due.dueAt + 100 * DAY;
    let isUsed = false;
    const use: Intercept = async (command, proceed) => {
      const answer = await proceed();
      if (command === 'BatchGetItem' && !isUsed) {
        isUsed = true;
        await setHot(db, key.email, { [`u${key.slot}`]: later });
      }
      return answer;
    };
    const disabling = { ...PLANS, free: { ...PLANS.free, idleDisableDays: 91 } };
    expect(await writeNotices({ ...store.connect(use), plans: disabling }, await dueAt(db, key), later)).toEqual([]);
    expect((await readKey(db, key))?.disabled).toBe(false);
    expect(await typesOf(store, key)).toEqual([]);
  });

  test('of a plan that disables none stay as they are, and are looked at again', async () => {
    const db = store.connect();
    const email = newUser();
    await startOnPlan(db, email, 'scale');
    const { key } = await madeKey(db, email);
    const writer = store.connect();
    for (let look = 1; look <= 4; look++) {
      const due = await dueAt(db, key);
      await writeNotices(writer, due, due.dueAt);
    }
    expect(await typesOf(store, key)).toEqual(['key.idle']);
    expect((await readKey(db, key))?.disabled).toBe(false);
    expect(new Set(commands(writer.sent))).toEqual(new Set(['BatchGetItem', 'TransactWriteItems', 'UpdateItem']));
  });
});
