import { expect, test } from 'vitest';
import type { HotItem } from '../../../lib/accounts/account.ts';
import { PLANS } from '../../../lib/accounts/plans.ts';
import type { Quota } from '../../../lib/keys/key.ts';
import { standingOf } from '../../../lib/metering/standing.ts';
import { accountWith, callWith, keyWith, NOW } from '../../support/records.ts';

const counter = (number: number): string => number.toString(36);
const MINUTE = NOW / 60_000;
const MONTH = counter(2026 * 12 + 10);
const DAY = counter(Math.floor(NOW / 86_400_000));

const used = (item: HotItem) => accountWith({ v: 1, k0: 1, n0: 0, ...item });
const daily = (limit: number): { quota: Quota } => ({ quota: { limit, period: 'day' } });

test('names every rate limit, the plan’s first, with what both windows leave of it', () => {
  const key = keyWith({ rateLimits: [{ name: 'own', limit: 10, windowSeconds: 10 }] });
  const account = used({
    [`P0${counter(MINUTE)}`]: 100,
    [`P0${counter(MINUTE - 1)}`]: 40,
    [`W00${counter(NOW / 10_000)}`]: 3,
  });
  expect(standingOf(callWith({ key, account })).rateLimits).toEqual([
    { name: 'plan', limit: 600, windowSeconds: 60, remaining: 460, resetSeconds: 60 },
    { name: 'own', limit: 10, windowSeconds: 10, remaining: 7, resetSeconds: 10 },
  ]);
});

test('shows the plan’s limits alone to a key that left its slot', () => {
  const key = keyWith({ slot: null, rateLimits: [{ name: 'own', limit: 1, windowSeconds: 10 }], ...daily(1) });
  const { rateLimits, quota } = standingOf(callWith({ key, account: used({}) }));
  expect(rateLimits.map(({ name }) => name)).toEqual(['plan']);
  expect(quota).toMatchObject({ limit: 50_000, period: 'month' });
});

test.each([
  [0, 60],
  [1, 60],
  [999, 60],
  [1_000, 59],
  [59_000, 1],
  [59_999, 1],
])('%i ms into a window of a minute, it is reset after %i s', (passed, resetSeconds) => {
  const now = NOW + passed;
  expect(standingOf(callWith({ now, seenAt: now })).rateLimits).toMatchObject([{ resetSeconds }]);
});

test.each<[string, Quota | null, Quota | null, HotItem, object | null]>([
  [
    'the plan’s, where the key has none',
    { limit: 100, period: 'month' },
    null,
    { [`Rm${MONTH}`]: 30 },
    { limit: 100, period: 'month', remaining: 70, resetSeconds: 648_000 },
  ],
  [
    'the key’s, where the plan has none',
    null,
    { limit: 9, period: 'day' },
    { [`Q0d${DAY}`]: 2 },
    { limit: 9, period: 'day', remaining: 7, resetSeconds: 43_200 },
  ],
  [
    'the key’s, where less is left of it',
    { limit: 100, period: 'month' },
    { limit: 9, period: 'day' },
    { [`Rm${MONTH}`]: 90 },
    { limit: 9, period: 'day', remaining: 9 },
  ],
  [
    'the plan’s, where less is left of it',
    { limit: 100, period: 'month' },
    { limit: 9, period: 'day' },
    { [`Rm${MONTH}`]: 95 },
    { limit: 100, period: 'month', remaining: 5 },
  ],
  ['nothing left, not less, of one that was lowered', null, daily(3).quota, { [`Q0d${DAY}`]: 8 }, { remaining: 0 }],
  ['none, where neither has one', null, null, {}, null],
])('of the quotas it shows %s', (_, planQuota, quota, item, expected) => {
  const plan = { ...PLANS.free, quota: planQuota };
  const standing = standingOf(callWith({ plan, key: keyWith({ quota }), account: used(item) }));
  if (expected === null) expect(standing.quota).toBeNull();
  else expect(standing.quota).toMatchObject(expected);
});

test.each([
  ['a part of a second counts as one', 1, 43_200],
  ['a whole second is gone', 1_000, 43_199],
])('a quota is reset in whole seconds: %s', (_, passed, resetSeconds) => {
  const call = callWith({ now: NOW + passed, key: keyWith(daily(3)), account: used({}) });
  expect(standingOf(call).quota).toMatchObject({ resetSeconds });
});

test.each([
  ['all included ones, in an account that never paid', {}, { included: 10_000, purchased: 0, total: 10_000 }],
  ['what is left of both', { [`I0${MONTH}`]: 9_990, c: 5 }, { included: 10, purchased: 5, total: 15 }],
  [
    'no fewer than none, after a greater plan',
    { [`I0${MONTH}`]: 90_000, c: 5 },
    { included: 0, purchased: 5, total: 5 },
  ],
  ['all included ones anew, in a new month', { [`I0${counter(2026 * 12 + 9)}`]: 9_990 }, { included: 10_000 }],
])('credits are %s', (_, item, credits) => {
  expect(standingOf(callWith({ account: used(item) })).credits).toMatchObject(credits);
});
