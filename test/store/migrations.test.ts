import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import { addressAt, legacyRow, legacyRows, writeRows } from '../../bench/migrate/legacy-rows.ts';
import { foreignAttributes, hashTable } from '../../bench/migrate/table-hash.ts';
import { findAccounts } from '../../lib/accounts/find.store.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import { reconcile } from '../../lib/credits/reconcile.store.ts';
import { contextOf, madeKey, totals } from '../support/keys.ts';
import { emptyTable, itemsOf, migrateTo, putItem } from '../support/legacy.ts';
import { emailOf } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

const ROWS = 42;
const MARKER = { M: { account: { S: 'made' }, migration: { N: '1' } } };

describeOnAnEngine('the migration that extends existing rows', (store) => {
  const db = store.connect();
  beforeEach(() => emptyTable(db));

  test('gives every row a marker and an account, leaves every other byte, and takes back what it gave and no more', async () => {
    await writeRows(db, legacyRows(ROWS));
    const [before, foreign] = [await hashTable(db), await hashTable(db, foreignAttributes)];

    const [up] = await migrateTo(db, 1);
    expect(up).toMatchObject({ status: 'done', verified: { rows: ROWS, made: ROWS }, amiss: [], notes: [] });
    expect(await hashTable(db, foreignAttributes)).toEqual(foreign);
    const items = await itemsOf(db);
    for (let index = 0; index < ROWS; index++) {
      const address = addressAt(index);
      expect(items[`${address} preferences`]?.apiKeys).toEqual(MARKER);
      expect(items[`${address} account`]).toEqual({
        email: { S: address },
        record: { S: 'account' },
        v: { N: '1' },
        p: { S: 'free' },
        a: { S: 'a' },
      });
    }
    expect(Object.keys(items)).toHaveLength(2 * ROWS + 1);

    const [down] = await migrateTo(db, 0);
    expect(down).toMatchObject({ status: 'done', counts: { rowsRestored: ROWS, accountsRemoved: ROWS } });
    expect(await hashTable(db)).toEqual(before);
  });

  test('writes nothing in a dry run of either way, and says what it would write', async () => {
    await writeRows(db, legacyRows(ROWS));
    await putItem(db, { ...legacyRow('Old@Example.com', 1) });
    await madeKey(db, emailOf(addressAt(3)));
    const before = await hashTable(db);
    const [up] = await migrateTo(db, 1, { isDryRun: true });
    expect(up).toMatchObject({ status: 'foretold', counts: { made: ROWS, found: 1 } });
    expect(up?.notes).toMatchObject([{ kind: 'accountElsewhere', count: 1 }]);
    expect(await hashTable(db)).toEqual(before);

    await migrateTo(db, 1);
    const extended = await hashTable(db);
    const [down] = await migrateTo(db, 0, { isDryRun: true });
    expect(down).toMatchObject({ status: 'foretold', counts: { rowsRestored: ROWS + 1, accountsRemoved: ROWS } });
    expect(await hashTable(db)).toEqual(extended);
  });

  test('leaves accounts that are there as they are, and keeps them on the way down', async () => {
    const [ada, eve] = [emailOf('ada@example.com'), emailOf('eve@example.com')];
    await writeRows(db, [legacyRow(ada, 0), legacyRow(eve, 1)]);
    await madeKey(db, ada);
    await changePlan(db, contextOf(eve), 'pro');
    const before = await hashTable(db);
    const [up] = await migrateTo(db, 1);
    expect(up?.verified).toMatchObject({ rows: 2, found: 2 });
    await migrateTo(db, 0);
    expect(await hashTable(db)).toEqual(before);
  });

  test('keeps an account that came into use meanwhile, with its key and its plan', async () => {
    const [ada, eve, bob] = [emailOf('ada@example.com'), emailOf('eve@example.com'), emailOf('bob@example.com')];
    await writeRows(db, [legacyRow(ada, 0), legacyRow(eve, 1), legacyRow(bob, 2)]);
    await migrateTo(db, 1);
    const { key } = await madeKey(db, ada);
    await changePlan(db, contextOf(eve), 'pro');
    const [down] = await migrateTo(db, 0);
    expect(down).toMatchObject({
      status: 'done',
      counts: { rowsRestored: 3, accountsRemoved: 1, accountsKept: 2 },
    });
    expect(await totals(db, key)).toMatchObject({ totalRequests: 0 });
    const { accounts } = await findAccounts(db, '', { limit: 10 });
    expect(accounts.map(({ email, item }) => [email, item.p])).toEqual([
      [ada, 'free'],
      [eve, 'pro'],
    ]);
    expect(Object.values(await itemsOf(db)).filter(({ apiKeys }) => apiKeys)).toEqual([]);
  });

  test('puts the account where its owner will look for it, and tells of every address that is not as the service writes it', async () => {
    const addresses = ['Ada@Example.com', 'ada@example.com', ' eve@example.com', 'EVE@example.com', 'BOB@example.com'];
    const none = ['not an address', 'a@b@c', '\u212Aim@example.com', '#migrations'];
    await writeRows(db, [...addresses, ...none].map(legacyRow));
    const before = await hashTable(db);
    const [up] = await migrateTo(db, 1);
    expect(up?.verified).toMatchObject({ rows: 9, made: 3, found: 2, notAnAddress: 4 });
    expect(up?.notes).toMatchObject([
      {
        kind: 'accountElsewhere',
        count: 4,
        shared: 3,
        examples: [
          { address: ' eve@example.com', account: 'eve@example.com', isShared: true },
          { address: 'Ada@Example.com', account: 'ada@example.com', isShared: true },
          { address: 'BOB@example.com', account: 'bob@example.com', isShared: false },
          { address: 'EVE@example.com', account: 'eve@example.com', isShared: true },
        ],
      },
      { kind: 'notAnAddress', count: 4 },
    ]);
    const accounts = Object.keys(await itemsOf(db)).filter((key) => key.endsWith(' account'));
    expect(accounts.toSorted()).toEqual(['ada', 'bob', 'eve'].map((name) => `${name}@example.com account`));
    await migrateTo(db, 0);
    expect(await hashTable(db)).toEqual(before);
  });

  test('leaves a row whose own attribute has the name of the marker, and one that has no room for it, and says so', async () => {
    const full = 'full@example.com';
    const own = { M: { account: { S: 'mine' }, exact: { N: '12345678901234567890123456789012345678' } } };
    const bytes = 400 * 1_024 - 'email'.length - full.length - 'record'.length - 'preferences'.length - 'x'.length;
    await writeRows(db, legacyRows(10));
    await putItem(db, { ...legacyRow('own@example.com', 6), apiKeys: own });
    await putItem(db, { email: { S: full }, record: { S: 'preferences' }, x: { S: 'x'.repeat(bytes) } });
    const before = await hashTable(db);
    const [up] = await migrateTo(db, 1);
    expect(up).toMatchObject({
      status: 'done',
      verified: { rows: 12, made: 10, foreignAttribute: 1, notTaken: 1 },
      notes: [
        { kind: 'foreignAttribute', examples: [{ address: 'own@example.com' }] },
        { kind: 'notTaken', examples: [{ address: full, reason: expect.stringMatching(/size/i) }] },
      ],
    });
    const items = await itemsOf(db);
    expect(items['own@example.com account']).toBeUndefined();
    expect(items[`${full} account`]).toBeUndefined();
    await migrateTo(db, 0);
    expect(await hashTable(db)).toEqual(before);
  });

  test('says which rows are without their account', async () => {
    await writeRows(db, legacyRows(3));
    await migrateTo(db, 1);
    const { client, tables } = db;
    const Key = { email: addressAt(1), record: 'account' };
    await client.send(new DeleteCommand({ TableName: tables.userPreferences, Key }));
    const [again] = await migrateTo(db, 1);
    expect(again).toMatchObject({ status: 'failed', amiss: ['withoutAccount'], verified: { withoutAccount: 1 } });
  });

  test('is no account to those that count accounts', async () => {
    await writeRows(db, [...legacyRows(5), legacyRow('no address', 5)]);
    await migrateTo(db, 1);
    expect(await reconcile(db, () => {})).toEqual({ accounts: 5, ledgers: 0, bare: 5, drifted: [] });
    expect((await findAccounts(db, '', { limit: 10 })).accounts).toHaveLength(5);
  });
});
