import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { accountKey } from '../../lib/accounts/account.ts';
import { findAccounts } from '../../lib/accounts/find.store.ts';
import { readItems } from '../../lib/store/batch-read.store.ts';
import { writeItems } from '../../lib/store/batch-write.store.ts';
import { BRIEF, PATIENT, type RetryPolicy, retry, STEADY } from '../../lib/store/retry.ts';
import { isUnavailable, StoreUnavailable } from '../../lib/store/unavailable.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { commands, describeOnAnEngine, type Intercept } from '../support/store.ts';

// No pause is waited for.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Lots = Record<string, { Keys: unknown[] } | unknown[]>;

/** A table that takes so many of a batch only, and leaves the rest. */
const takingOnly =
  (most: number): Intercept =>
  async (command, proceed, input) => {
    const isRead = command === 'BatchGetItem';
    if (!isRead && command !== 'BatchWriteItem') return proceed();
    const [[table, lot] = []] = Object.entries(input.RequestItems as Lots);
    if (table === undefined || lot === undefined) throw new Error('expected a batch of one table');
    const all = Array.isArray(lot) ? lot : lot.Keys;
    const rest = all.splice(most);
    const answer = most === 0 ? { Responses: {} } : await proceed();
    if (rest.length === 0) return answer;
    return isRead
      ? { ...answer, UnprocessedKeys: { [table]: { Keys: rest } } }
      : { ...answer, UnprocessedItems: { [table]: rest } };
  };

const key = (hash: number) => ({ keyHash: `batch-${hash}` });
const put = (hash: number) => ({ PutRequest: { Item: { ...key(hash), email: newUser() } } });
const numbered = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, i) => make(i));

describeOnAnEngine('a batch', (store) => {
  test('of which DynamoDB takes some only is asked for again, until all is written and read', async () => {
    const db = store.connect(takingOnly(15));
    await writeItems(db, db.tables.apiKeys, numbered(30, put));
    expect(commands(db.sent)).toEqual(numbered(3, () => 'BatchWriteItem'));
    const found = await readItems(db, db.tables.apiKeys, numbered(31, key));
    expect(found.map(({ keyHash }) => keyHash).sort()).toEqual(numbered(30, (hash) => key(hash).keyHash).sort());
    expect(commands(db.sent.slice(3))).toEqual(numbered(3, () => 'BatchGetItem'));
  });

  test('of which DynamoDB takes nothing is given up after the attempts of its policy, as unavailable', async () => {
    const db = store.connect(takingOnly(0));
    const table = db.tables.apiKeys;
    const given = await readItems(db, table, [key(1)]).catch((error: unknown) => error);
    expect(given).toBeInstanceOf(StoreUnavailable);
    expect(db.sent).toHaveLength(BRIEF.attempts);
    const attempts = async (policy: RetryPolicy) => {
      const before = db.sent.length;
      await expect(writeItems(db, table, [put(1)], policy)).rejects.toThrow(StoreUnavailable);
      return db.sent.length - before;
    };
    expect([await attempts(STEADY), await attempts(PATIENT)]).toEqual([STEADY.attempts, PATIENT.attempts]);
  });

  test('that is throttled as a whole is written after a pause', async () => {
    let throttled = 2;
    const db = store.connect(async (_, proceed) => {
      if (throttled-- > 0) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return proceed();
    });
    await writeItems(db, db.tables.apiKeys, [put(40)]);
    expect(db.sent).toHaveLength(3);
    expect(await readItems(db, db.tables.apiKeys, [key(40)])).toHaveLength(1);
  });
});

describeOnAnEngine('findAccounts', (store) => {
  test('leaves out an account that is erased while it is found, and gives the others', async () => {
    const [first, second] = [newUser(), newUser()];
    const plain = store.connect();
    for (const email of [first, second]) await madeKey(plain, email);
    const db = store.connect(async (command, proceed) => {
      const Key = accountKey(first);
      if (command === 'BatchGetItem')
        await plain.client.send(new DeleteCommand({ TableName: plain.tables.userPreferences, Key }));
      return proceed();
    });
    const { accounts } = await findAccounts(db, '', { limit: 10 });
    expect(accounts.map(({ email }) => email)).toEqual([second]);
    expect(commands(db.sent)).toEqual(['Query', 'BatchGetItem']);
  });
});

/** An act that fails with some errors in turn, and then succeeds. */
const failing = (...errors: unknown[]) => {
  const seen: number[] = [];
  const act = async (attempt: number) => {
    seen.push(attempt);
    if (errors.length > 0) throw errors.shift();
    return 'done';
  };
  return { act, seen };
};
const throttled = () => Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
const refused = () => Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' });

test.each([
  ['BRIEF', BRIEF, [new StoreUnavailable('left')], 'done'],
  ['BRIEF', BRIEF, [throttled()], 'slow down'],
  ['STEADY', STEADY, [throttled(), refused()], 'done'],
  ['PATIENT', PATIENT, [throttled(), throttled()], 'done'],
  ['PATIENT', PATIENT, [refused()], 'nobody there'],
  ['PATIENT', PATIENT, [new Error('other')], 'other'],
])('%s goes on after what passes, and gives anything else up at once', async (_, policy, errors, end) => {
  const made = errors.length + 1;
  const { act, seen } = failing(...errors);
  expect(await retry(act, policy).catch(({ message }) => message)).toBe(end);
  const expected = end === 'done' ? made : 1;
  expect(seen).toEqual(numbered(expected, (index) => index + 1));
});

test('what keeps failing is told as it was at last', async () => {
  const { act, seen } = failing(...numbered(STEADY.attempts + 1, () => throttled()));
  expect(isUnavailable(await retry(act, STEADY).catch((error: unknown) => error))).toBe(true);
  expect(seen).toHaveLength(STEADY.attempts);
});
