import { isDeepStrictEqual } from 'node:util';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import { setTopUp } from '../../lib/billing/top-up.store.ts';
import { moveCredits } from '../../lib/credits/credits.store.ts';
import { noteSpending } from '../../lib/credits/roll-up.store.ts';
import { erase } from '../../lib/erasure/erase.store.ts';
import { writeAlert } from '../../lib/events/alerts.store.ts';
import { writeEvent } from '../../lib/events/event.store.ts';
import { writeRefusals } from '../../lib/events/refusals.store.ts';
import { rotateKey } from '../../lib/keys/edit-key.store.ts';
import { keyRecordKey } from '../../lib/keys/key.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import type { Database } from '../../lib/store/database.ts';
import { MIGRATION_NOTE, MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { tally } from '../../lib/usage/batch.ts';
import { batchId, record } from '../../lib/usage/record.store.ts';
import { setAside } from '../../lib/usage/set-aside.store.ts';
import { newContainer, warmContainer } from '../support/container.ts';
import { askForKey, contextOf, madeKey, newUser, revoke, totals } from '../support/keys.ts';
import { emailOf, NOW } from '../support/records.ts';
import { describeOnAnEngine, type Store } from '../support/store.ts';
import { openTill } from '../support/till.ts';
import { accessLine, eventOf } from '../support/usage-lines.ts';

const DAY = 86_400_000;
/** An engine deletes what has expired by its own clock. */
const TODAY = Date.now();

const till = openTill();

/** Buys a pack, saves how it was paid, and sets a top-up. */
async function pay(db: Database, email: Email): Promise<void> {
  await till.buy(db, email, true);
  const topUp = { threshold: 10, pack: 'small', monthlyCap: 1_800 };
  expect((await setTopUp(db, contextOf(email), topUp)).kind).toBe('changed');
}

async function count(db: Database, email: Email): Promise<void> {
  const minute = TODAY - (TODAY % DAY) + DAY / 2;
  const events = [minute, minute + 60_000].map((at) => eventOf(accessLine({ email, requestTimeEpoch: at }), at));
  await record(db, batchId(events), tally(events).increments, TODAY);
}

/** Lines that name a person in every way in which one can be set aside. */
async function spoil(db: Database, email: Email): Promise<void> {
  const broken = [
    accessLine({ email, status: 'two hundred' }),
    accessLine({ email: email.toUpperCase(), status: 'two hundred' }),
    accessLine({ email: encodeURIComponent(email), status: 'two hundred' }),
    accessLine({ status: 'two hundred', userAgent: `mail ${email}` }),
    accessLine({ email }).slice(0, accessLine({ email }).indexOf('@') + 5),
  ];
  const at = [TODAY, TODAY - 29 * DAY, TODAY - 20 * DAY, TODAY + DAY, TODAY];
  await setAside(
    db,
    '/access',
    broken.map((message, index) => ({ event: eventOf(message, at[index]), reason: 'status is no number' })),
  );
}

/** Everything that the service can store of a user, and what others' records say of them. */
async function fill(store: Store, email: Email, other: Email): Promise<Secret[]> {
  const db = store.connect();
  await changePlan(db, contextOf(email), 'pro');
  const kept = await madeKey(db, email, { idempotencyKey: 'once' });
  const rotated = await madeKey(db, email);
  const draw = () => makeSecret('live', (length) => crypto.getRandomValues(new Uint8Array(length)));
  const { secret: newest } = await rotateKey(db, contextOf(email), { keyId: rotated.key.keyId }, draw, 0);
  const gone = await madeKey(db, email);
  await revoke(db, gone.key);
  // As expiry does after 30 days: nothing but the hash tells that it was theirs.
  const Key = keyRecordKey(email, gone.key.keyId);
  await db.client.send(new DeleteCommand({ TableName: db.tables.userPreferences, Key }));

  await moveCredits(db, contextOf(email), { amount: 500, reason: 'goodwill', idempotencyKey: 'ticket' });
  await pay(db, email);
  await count(db, email);
  await noteSpending(db, email, TODAY);
  await spoil(db, email);
  const refused = {
    email,
    keyId: kept.key.keyId,
    code: 'rate_limited',
    at: NOW,
    route: 'GET /x',
    ip: '',
    requestId: 'r',
  };
  await writeRefusals(db, [refused as never]);
  await writeAlert(db, {
    email,
    keyId: '',
    at: NOW,
    kind: 'credits',
    percent: 20,
    period: '1',
    value: 1,
    of: 9,
  } as never);
  await writeEvent(db, email, { type: 'account.viewed', changes: {} }, contextOf(other).actor, NOW);
  const preferences = { email, record: 'preferences', theme: 'dark', contact: email };
  await db.client.send(new PutCommand({ TableName: db.tables.userPreferences, Item: preferences }));
  // The store's own, written in another way, and what a migration has noted of it.
  const row = { email: `${email[0]?.toUpperCase()}${email.slice(1)} `, record: 'preferences' };
  const note = {
    email: MIGRATIONS_PARTITION,
    record: `${MIGRATION_NOTE}0001#${email.length}`,
    address: row.email,
    account: email,
  };
  for (const Item of [row, note]) {
    await db.client.send(new PutCommand({ TableName: db.tables.userPreferences, Item }));
  }

  const asAdmin = { ...contextOf(other), actor: contextOf(email).actor };
  await moveCredits(db, asAdmin, { amount: 7, reason: `moved from ${email.toUpperCase()}` });
  await moveCredits(db, contextOf(other), { amount: 8, reason: 'nothing to do with it' });
  await count(db, other);
  return [kept.secret, rotated.secret, newest ?? expect.fail(), gone.secret];
}

/** What the tables hold, as one text in which every encoding that the test knows of is undone. */
async function textOf(store: Store): Promise<string> {
  const json = JSON.stringify(await store.dump(), (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return json.replace(/%([0-9A-F]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))).toLowerCase();
}

/** The names of the items that name a person, or the half of one that a cut leaves. */
async function naming(store: Store, email: Email, others: readonly Email[]): Promise<string[]> {
  const half = email.slice(0, email.indexOf('@') + 1);
  const found: string[] = [];
  for (const [name, item] of Object.entries(await store.dump())) {
    const one: Store = { ...store, dump: async () => ({ [name]: item }) };
    const text = others.reduce(
      (rest, other) => rest.replaceAll(other.slice(0, other.indexOf('@') + 1), ''),
      await textOf(one),
    );
    const base64 = Buffer.from(email).toString('base64').slice(0, -4).toLowerCase();
    if (text.includes(half) || text.includes(base64)) found.push(name);
  }
  return found;
}

describeOnAnEngine('an erasure', (store) => {
  test('leaves no item that names the person, in any case or encoding, and of others everything but the name', async () => {
    const db = store.connect();
    const email = newUser();
    const [other, alike] = [newUser(), emailOf(`x${email}`)];
    await fill(store, email, other);
    await madeKey(db, alike);
    await spoil(db, alike);
    const before = await store.dump();
    expect((await naming(store, email, [alike])).length).toBeGreaterThan(25);

    const erasure = await erase(db, contextOf(email, TODAY));

    expect(await naming(store, email, [alike])).toEqual([]);
    const after = await store.dump();
    const isTheirs = (name: string) => name.startsWith(`${other} `) || name.startsWith(`${alike} `);
    const theirs = Object.keys(before).filter(isTheirs);
    expect(Object.keys(after).filter(isTheirs)).toEqual(theirs);
    const changed = theirs.filter((name) => !isDeepStrictEqual(after[name], before[name]));
    expect(changed.map((name) => after[name])).toEqual([
      expect.objectContaining({ kind: 'grant', actor: 'erased', reason: 'moved from erased', purchased: 7 }),
      expect.objectContaining({ type: 'credits.granted', actor: expect.objectContaining({ email: 'erased' }) }),
    ]);
    expect(Object.keys(after).filter((name) => name.startsWith('set-aside#'))).toHaveLength(5);
    expect(erasure).toMatchObject({
      isClean: true,
      revoked: 2,
      tables: {
        apiUsage: { deleted: 4 + 5, changed: 0 },
        apiEvents: { changed: 1 },
        apiKeys: { deleted: 4, changed: 0 },
        userPreferences: { changed: 1 },
      },
    });
  });

  test('has every secret refused, in warm containers and new ones', async () => {
    const email = newUser();
    const secrets = await fill(store, email, newUser());
    const [kept, , newest] = secrets as [Secret, Secret, Secret];
    const warm = [await warmContainer(store, kept), await warmContainer(store, newest)];
    await erase(store.connect(), contextOf(email, TODAY));
    for (const secret of secrets) {
      for (const container of warm) expect((await container.ask(secret))[0]).toMatch(/^(key_revoked|invalid_key)$/);
      expect((await newContainer(store).ask(secret))[0]).toBe('invalid_key');
    }
    expect(await naming(store, email, [])).toEqual([]);
  });

  test('has old secrets refused when the person begins anew, also in a container that remembers them', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret: old } = await madeKey(db, email);
    const warm = await warmContainer(store, old);
    await erase(db, contextOf(email, TODAY));
    const { key, secret } = await madeKey(db, email, { at: NOW + 60_000 });
    expect((await warm.ask(old))[0]).toBe('key_revoked');
    expect((await warm.ask(secret))[0]).toBe('allowed');
    expect((await warm.ask(old))[0]).toBe('key_revoked');
    expect(await totals(db, key)).toMatchObject({ totalRequests: 1 });
  });

  test('refuses calls before it deletes anything', async () => {
    const email = newUser();
    const { secret } = await madeKey(store.connect(), email);
    const warm = await warmContainer(store, secret);
    const answers = new Set<string>();
    const db = store.connect(async (command, proceed) => {
      if (command === 'BatchWriteItem') answers.add((await warm.ask(secret))[0]);
      return proceed();
    });
    await erase(db, contextOf(email, TODAY));
    expect([...answers]).toEqual(['key_revoked']);
  });

  test('that was broken off anywhere is finished by the next, and one more finds nothing', async () => {
    const email = newUser();
    const other = newUser();
    await fill(store, email, other);
    for (const crashAt of [1, 20, 62, 70]) {
      let sent = 0;
      const crashing = store.connect(async (_, proceed) => {
        if (++sent >= crashAt) throw new Error('crash');
        return proceed();
      });
      await expect(erase(crashing, contextOf(email, TODAY))).rejects.toThrow('crash');
    }
    await erase(store.connect(), contextOf(email, TODAY));
    expect(await naming(store, email, [])).toEqual([]);
    const before = await store.dump();
    const again = await erase(store.connect(), contextOf(email, TODAY));
    expect(again.revoked).toBe(0);
    expect(Object.values(again.tables)).toEqual(Array(4).fill({ deleted: 0, changed: 0 }));
    expect(await store.dump()).toEqual(before);
  });

  test('takes with it what the person begins meanwhile', async () => {
    const email = newUser();
    await madeKey(store.connect(), email);
    let made = false;
    const db = store.connect(async (command, proceed) => {
      const answer = await proceed();
      if (command === 'BatchWriteItem' && !made) {
        made = true;
        await askForKey(store.connect(), email);
      }
      return answer;
    });
    expect((await erase(db, contextOf(email, TODAY))).isClean).toBe(true);
    expect(made).toBe(true);
    expect(await naming(store, email, [])).toEqual([]);
  });

  test('done again finds what came late', async () => {
    const email = newUser();
    await madeKey(store.connect(), email);
    await erase(store.connect(), contextOf(email, TODAY));
    await count(store.connect(), email);
    await noteSpending(store.connect(), email, TODAY);
    expect(await naming(store, email, [])).not.toEqual([]);
    const { tables, revoked } = await erase(store.connect(), contextOf(email, TODAY));
    expect([tables.apiUsage.deleted, tables.userPreferences.deleted, revoked]).toEqual([4, 1, 0]);
    expect(await naming(store, email, [])).toEqual([]);
  });

  test('says so where somebody writes on and on', async () => {
    const email = newUser();
    await madeKey(store.connect(), email);
    const db = store.connect(async (command, proceed) => {
      const answer = await proceed();
      if (command === 'BatchWriteItem')
        await writeEvent(store.connect(), email, { type: 'account.viewed', changes: {} }, contextOf(email).actor, NOW);
      return answer;
    });
    expect((await erase(db, contextOf(email, TODAY))).isClean).toBe(false);
  });
});
