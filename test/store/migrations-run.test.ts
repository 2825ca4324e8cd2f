import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test, vi } from 'vitest';
import { addressAt, legacyRow, legacyRows, writeRows } from '../../bench/migrate/legacy-rows.ts';
import { foreignAttributes, hashTable } from '../../bench/migrate/table-hash.ts';
import { ENV } from '../../lib/env.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import { thisProcess } from '../../migrations/runner/holder.ts';
import { LockHeld, LockLost, readLock, takeLock } from '../../migrations/runner/lock.store.ts';
import { checkpoint, readStates, writeState } from '../../migrations/runner/state.store.ts';
import { madeKey } from '../support/keys.ts';
import { emptyTable, itemsOf, migrateTo, putItem } from '../support/legacy.ts';
import { emailOf } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

const ROWS = 24;
const [migration] = MIGRATIONS;
const rowKey = (address: string) => ({ email: { S: address }, record: { S: 'preferences' } });

const writesRows = (command: string, input: object): boolean =>
  command === 'TransactWriteItems' && JSON.stringify(input).includes('apiKeys');

describeOnAnEngine('a run of migrations', (store) => {
  const db = store.connect();
  beforeEach(() => emptyTable(db));

  /** Runs until the first rows are written, of a page that has more. */
  const stopHalfWay = (to: number) => {
    const end = new AbortController();
    const live = store.connect((command, proceed, input) => {
      if (writesRows(command, input)) end.abort();
      return proceed();
    });
    return migrateTo(live, to, { rowsPerSecond: 4, signal: end.signal });
  };
  const markedRows = async () => Object.values(await itemsOf(db)).filter(({ apiKeys }) => apiKeys).length;

  test('goes on where it was stopped, on the way up and on the way down, and leaves no lock', async () => {
    await writeRows(db, legacyRows(ROWS));
    const before = await hashTable(db);
    for (const to of [1, 0]) {
      expect(await stopHalfWay(to)).toMatchObject([{ status: 'stopped' }]);
      expect(await readLock(db)).toBeUndefined();
      const marked = await markedRows();
      expect(marked).toBeGreaterThan(0);
      expect(marked).toBeLessThan(ROWS);
      expect(await migrateTo(db, to, { segments: 1 })).toMatchObject([{ status: 'done' }]);
      expect(await markedRows()).toBe(to * ROWS);
    }
    expect(await hashTable(db)).toEqual(before);
  });

  test('turns back half-way, and restores what was done', async () => {
    await writeRows(db, legacyRows(ROWS));
    const before = await hashTable(db);
    await stopHalfWay(1);
    expect(await hashTable(db)).not.toEqual(before);
    expect((await migrateTo(db, 0))[0]?.status).toBe('done');
    expect(await hashTable(db)).toEqual(before);
    expect(await migrateTo(db, 0)).toEqual([]);
  });

  test('finds rows that came behind it, in another round', async () => {
    await writeRows(db, legacyRows(3));
    let isLate = false;
    const live = store.connect(async (command, proceed, input) => {
      if (command === 'Scan' && input.ConsistentRead === true && !isLate) {
        isLate = true;
        await putItem(db, legacyRow('late@example.com', 0));
      }
      return proceed();
    });
    const [up] = await migrateTo(live, 1, { segments: 1 });
    expect(up).toMatchObject({ status: 'done', verified: { rows: 4, made: 4 } });
  });

  test('extends rows that came after it, when it is run again', async () => {
    await writeRows(db, legacyRows(3));
    await migrateTo(db, 1);
    await putItem(db, legacyRow('new@example.com', 0));
    expect((await migrateTo(db, 1))[0]).toMatchObject({ status: 'done', verified: { rows: 4, made: 4 } });
  });

  test('does no harm to what people and the store do at the same moment', async () => {
    await writeRows(db, legacyRows(10));
    const [used, gone, changed] = [addressAt(0), addressAt(1), addressAt(2)];
    let isFirst = true;
    const live = store.connect(async (command, proceed, input) => {
      if (writesRows(command, input) && isFirst) {
        isFirst = false;
        await madeKey(db, emailOf(used));
        await db.client.send(new DeleteItemCommand({ TableName: db.tables.userPreferences, Key: rowKey(gone) }));
        await db.client.send(
          new UpdateItemCommand({
            TableName: db.tables.userPreferences,
            Key: rowKey(changed),
            UpdateExpression: 'SET theme = :theme',
            ExpressionAttributeValues: { ':theme': { S: 'new' } },
          }),
        );
      }
      return proceed();
    });
    const [up] = await migrateTo(live, 1, { segments: 1 });
    expect(up).toMatchObject({ status: 'done', counts: { gone: 1 }, verified: { rows: 9, made: 8, found: 1 } });
    const items = await itemsOf(db);
    expect(items[`${changed} preferences`]?.theme).toEqual({ S: 'new' });
    const { k0, v } = items[`${used} account`] ?? {};
    expect(k0).toEqual(v);
    expect(k0).toBeDefined();
    expect(items[`${gone} account`]).toBeUndefined();
    expect(items[`${gone} preferences`]).toBeUndefined();
  });

  test('does nothing twice where answers are lost, and goes on where DynamoDB asks for a pause', async () => {
    await writeRows(db, legacyRows(ROWS));
    const [before, foreign] = [await hashTable(db), await hashTable(db, foreignAttributes)];
    let count = 0;
    const faulty = store.connect(async (_, proceed) => {
      count += 1;
      if (count % 7 === 0) throw Object.assign(new Error(), { name: 'ThrottlingException' });
      const answer = await proceed();
      if (count % 5 === 0) throw Object.assign(new Error(), { name: 'TimeoutError' });
      return answer;
    });
    expect((await migrateTo(faulty, 1))[0]).toMatchObject({ status: 'done', verified: { rows: ROWS, made: ROWS } });
    expect(await hashTable(db, foreignAttributes)).toEqual(foreign);
    expect((await migrateTo(faulty, 0))[0]).toMatchObject({ status: 'done' });
    expect(await hashTable(db)).toEqual(before);
  });
});

describeOnAnEngine('the lock of migrations', (store) => {
  const db = store.connect();
  beforeEach(() => emptyTable(db));
  const other = { host: 'other', pid: 4711, since: Date.UTC(2026, 10, 23, 12) };

  test('refuses a second run, and says who holds it and until when', async () => {
    const lock = await takeLock(db, other);
    const refused = migrateTo(db, 1);
    await expect(refused).rejects.toThrow(LockHeld);
    await expect(refused).rejects.toThrow(
      /process 4711 on other since 2026-11-23T12:00:00.000Z; its lease ends at 20\d\d-/,
    );
    await lock.release();
    expect(await migrateTo(db, 1)).toMatchObject([{ status: 'done' }]);
  });

  test('is free some seconds after its lease has ended, and then no longer that of the former holder', async () => {
    let now = 1_000_000;
    const former = await takeLock(db, other, () => now);
    now += 69_000;
    await expect(takeLock(db, other, () => now)).rejects.toThrow(LockHeld);
    now += 2_000;
    const next = await takeLock(db, other, () => now);
    await expect(former.hold()).rejects.toThrow(LockLost);
    await former.release();
    expect(await readLock(db)).toMatchObject({ token: next.token });
    await next.release();
  });

  test('stays with a run that could not renew it in time, as long as nobody has taken it', async () => {
    let now = 1_000_000;
    const lock = await takeLock(db, other, () => now);
    now += 3_600_000;
    await lock.hold();
    await expect(takeLock(db, other, () => now)).rejects.toThrow(LockHeld);
    await lock.release();
  });

  test('is free at once where the process that held it has ended on this machine', async () => {
    const here = thisProcess(Date.now());
    const gone = await takeLock(db, { ...here, pid: 2 ** 30 });
    const lock = await takeLock(db, here);
    expect(lock.token).not.toBe(gone.token);
    await gone.release();
    await expect(takeLock(db, here)).rejects.toThrow(LockHeld);
    await lock.release();
  });

  test('lets nobody write state who has lost it', async () => {
    if (!migration) return expect.fail();
    let now = 1_000_000;
    const former = await takeLock(db, other, () => now);
    const segments = [{ isDone: false, counts: {} }];
    const state = { pass: 'up', round: 1, startedAt: 0, segments, before: {} } as const;
    await writeState(db, former, migration, state);
    now += 71_000;
    const next = await takeLock(db, other, () => now);
    await writeState(db, next, migration, state);
    const done = { isDone: true, counts: { made: 9 } };
    await expect(checkpoint(db, former, migration, 0, done)).rejects.toThrow(LockLost);
    await expect(writeState(db, former, migration, state)).rejects.toThrow(LockLost);
    expect((await readStates(db)).get(1)?.segments).toEqual(segments);
    await Promise.all([former.release(), next.release()]);
  });
});

describeOnAnEngine('the function that migrates at deployments', (store) => {
  const db = store.connect();
  const context = { logStreamName: 'stream', getRemainingTimeInMillis: () => 600_000 };

  test('answers at once, then runs until all is verified, waits for another run, and takes nothing back', async () => {
    const { endpoint } = db.client.config;
    const { hostname, port = 80 } = (await endpoint?.()) ?? {};
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://${hostname}:${port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1')
      .stubEnv('AWS_ACCESS_KEY_ID', 'local')
      .stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv(ENV.userPreferencesTable, db.tables.userPreferences);
    for (const name of ['apiKeysTable', 'apiEventsTable', 'apiUsageTable'] as const) vi.stubEnv(ENV[name], 'unused');
    vi.resetModules();
    const { handler } = await import('../../functions/migrate.ts');
    const ask = (event: object) => handler(event as never, context as never);
    await writeRows(db, legacyRows(5));

    const begun = await ask({ RequestType: 'Create' });
    expect(begun).toEqual({ PhysicalResourceId: 'migrations', isBegun: true });
    const lock = await takeLock(db, { host: 'other', pid: 1, since: 0 });
    expect(await ask({ RequestType: 'Create', ...begun })).toEqual({ IsComplete: false });
    await lock.release();
    expect(await ask({ RequestType: 'Create', ...begun })).toEqual({ IsComplete: true });
    const extended = await hashTable(db);
    expect(extended.items).toBe(11);
    expect(await ask({ RequestType: 'Delete', ...begun })).toEqual({ IsComplete: true });
    expect(await hashTable(db)).toEqual(extended);
    vi.unstubAllEnvs();
  });
});
