import { describe, expect, test } from 'vitest';
import {
  accountKey,
  freeSlot,
  type HotItem,
  hot,
  keyVersionAt,
  planOf,
  retiredSlots,
  SLOTS,
  totalsAt,
  versionOf,
} from '../../../lib/accounts/account.ts';
import { PLANS } from '../../../lib/accounts/plans.ts';
import { ADA, accountWith, slotOf } from '../../support/records.ts';

const NAMES = [
  hot.version,
  hot.plan,
  ...SLOTS.flatMap((slot) => [hot.keyVersion(slot), hot.requests(slot), hot.lastUsed(slot)]),
];

describe('the hot item', () => {
  test('has attribute names of at most three characters, all different, over every slot', () => {
    expect(NAMES.filter((name) => name.length > 3)).toEqual([]);
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  test('stays under 1 KB, one write unit, with as many keys as plan pro allows', () => {
    const held = SLOTS.slice(0, PLANS.pro.keys);
    const names = [
      hot.version,
      hot.plan,
      ...held.flatMap((slot) => [hot.keyVersion(slot), hot.requests(slot), hot.lastUsed(slot)]),
    ];
    const longestNumber = 21;
    const key = Object.entries(accountKey(ADA)).flat().join('').length - ADA.length + 254;
    expect(key + names.join('').length + names.length * longestNumber).toBeLessThan(1024);
  });

  test('has slots, of one character each, for the keys of the greatest plan and those just revoked', () => {
    expect(SLOTS.filter((slot) => !/^[0-9A-Za-z]$/.test(slot))).toEqual([]);
    expect(new Set(SLOTS).size).toBe(SLOTS.length);
    expect(SLOTS.length).toBeGreaterThan(Math.max(...Object.values(PLANS).map(({ keys }) => keys)));
  });
});

describe('an account', () => {
  test('of an unknown user has version 0, the free plan, no keys and no totals', () => {
    const account = accountWith({});
    expect(versionOf(account)).toBe(0);
    expect(planOf(account, PLANS).name).toBe('free');
    expect(keyVersionAt(account, slotOf('0'))).toBeUndefined();
    expect(totalsAt(account, slotOf('0'))).toEqual({ totalRequests: 0, lastUsedAt: null });
    expect(retiredSlots(account)).toEqual([]);
  });

  test('tells version, plan and totals by readable names', () => {
    const account = accountWith({ v: 7, p: 'pro', k0: 3, n0: 200, u0: 1_700_000_000_000, kz: 7, nz: 0 });
    expect(versionOf(account)).toBe(7);
    expect(planOf(account, PLANS).name).toBe('pro');
    expect(keyVersionAt(account, slotOf('0'))).toBe(3);
    expect(totalsAt(account, slotOf('0'))).toEqual({ totalRequests: 200, lastUsedAt: 1_700_000_000_000 });
    expect(totalsAt(account, slotOf('z'))).toEqual({ totalRequests: 0, lastUsedAt: null });
  });

  test.each(['', 'gold', 'constructor', '__proto__'])('with the unknown plan %j has the free one', (p) => {
    expect(planOf(accountWith({ p }), PLANS).name).toBe('free');
  });

  const full: HotItem = Object.fromEntries(SLOTS.map((slot) => [hot.requests(slot), 0]));
  test.each<[string, HotItem, string | undefined]>([
    ['the first slot when it has none', {}, '0'],
    ['the next after a key', { k0: 1, n0: 5 }, '1'],
    ['none that still holds a revoked key’s totals', { n0: 5, k1: 2, n1: 0 }, '2'],
    ['a gap', { k0: 1, n0: 5, k2: 2, n2: 0 }, '1'],
    ['nothing when every slot is held', full, undefined],
  ])('gives out %s', (_, item, slot) => {
    expect(freeSlot(accountWith(item))).toBe(slot);
  });

  test('knows as retired the slots that hold totals and no key', () => {
    expect(retiredSlots(accountWith({ k0: 1, n0: 5, n1: 9, u1: 3, nB: 0, k2: 2, n2: 0 }))).toEqual(['1', 'B']);
  });
});
