import { describe, expect, test } from 'vitest';
import { markingOf } from '../../../migrations/0001/marker.ts';
import { batches } from '../../../migrations/runner/batches.ts';
import { isGone } from '../../../migrations/runner/holder.ts';
import { summarize } from '../../../migrations/runner/note-summary.ts';
import { createPace } from '../../../migrations/runner/pace.ts';
import { emailOf } from '../../support/records.ts';

describe('the pace', () => {
  test('makes writers wait until those before them have had their time, whoever they are', () => {
    let now = 0;
    const wait = createPace(100, () => now);
    expect([wait(50), wait(50), wait(10)]).toEqual([0, 500, 1_000]);
    now = 1_100;
    expect(wait(1)).toBe(0);
  });

  test('gives no credit for time in which nobody wrote', () => {
    let now = 0;
    const wait = createPace(100, () => now);
    wait(1);
    now = 60_000;
    expect([wait(50), wait(50)]).toEqual([0, 500]);
  });

  test('is as fast as it goes without a rate', () => {
    const wait = createPace(undefined, () => 0);
    expect([wait(1_000), wait(1_000)]).toEqual([0, 0]);
  });
});

test('no batch is over its size, and none has a key twice', () => {
  expect(batches(['a', 'b', 'a', 'c', 'a'], 2, (key) => key)).toEqual([['a', 'b'], ['a', 'c'], ['a']]);
  expect(batches([], 2, String)).toEqual([]);
});

test.each([
  [{}, 'none'],
  [{ apiKeys: { M: { account: { S: 'made' }, migration: { N: '1' } } } }, 'made'],
  [{ apiKeys: { M: { account: { S: 'found' }, migration: { N: '1' } } } }, 'found'],
  [{ apiKeys: { M: { account: { S: 'made' }, migration: { N: '2' } } } }, 'foreign'],
  [{ apiKeys: { M: { account: { S: 'made' }, migration: { N: '1' }, more: { S: '' } } } }, 'foreign'],
  [{ apiKeys: { L: [] } }, 'foreign'],
  [{ apiKeys: { NULL: true } as const }, 'foreign'],
])('the marking of %j is %s', (row, expected) => {
  expect(markingOf(row)).toBe(expected);
});

describe('a holder of the lock is gone', () => {
  const alive = (pid: number) => pid === 1;
  const holder = (pid: number, machine?: string) => ({ host: 'h', since: 0, pid, ...(machine && { machine }) });
  test.each([
    ['a process that has ended here', holder(2, 'm'), holder(9, 'm'), true],
    ['one that runs', holder(1, 'm'), holder(9, 'm'), false],
    ['one elsewhere of the same host name', holder(2, 'n'), holder(9, 'm'), false],
    ['one of which nobody knows where', holder(2), holder(9, 'm'), false],
    ['any, where nobody knows what here is', holder(2), holder(9), false],
  ])('%s', (_, held, own, expected) => {
    expect(isGone(held, own, alive)).toBe(expected);
  });
});

test('notes are summed up by kind, with 20 examples at most, and tell rows that share an account', () => {
  const account = emailOf('ada@example.com');
  const elsewhere = ['ADA@example.com', 'Ada@example.com'].map((address) => ({
    address,
    kind: 'accountElsewhere',
    account,
    isShared: false,
  }));
  const none = Array.from({ length: 25 }, (_, index) => ({ address: `none ${index}`, kind: 'notAnAddress' }));
  const [first, second] = summarize([...none, ...elsewhere]);
  expect(first).toMatchObject({ kind: 'accountElsewhere', count: 2, shared: 2 });
  expect(second).toMatchObject({ kind: 'notAnAddress', count: 25, shared: 0 });
  expect(second?.examples).toHaveLength(20);
});
