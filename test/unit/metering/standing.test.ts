import { describe, expect, test } from 'vitest';
import type { Quota } from '../../../lib/keys/key.ts';
import { type Standing, standingOf } from '../../../lib/metering/standing.ts';
import { accountWith, callWith, keyWith, NOW } from '../../support/records.ts';

const MINUTE = (NOW / 60_000).toString(36);
const LAST_MINUTE = (NOW / 60_000 - 1).toString(36);
const MONTH = (2026 * 12 + 10).toString(36);
const DAY = Math.floor(NOW / 86_400_000).toString(36);

describe('what a key has left', () => {
  test.each<[string, Record<string, number>, number, Partial<Standing['rateLimits'][number]>]>([
    ['of an unused window is all of it', {}, NOW, { remaining: 600, resetSeconds: 60 }],
    ['of this window is the limit less its calls', { [`P0${MINUTE}`]: 100 }, NOW, { remaining: 500 }],
    [
      'half-way through is less half of the last window',
      { [`P0${LAST_MINUTE}`]: 101 },
      NOW + 30_000,
      { remaining: 549 },
    ],
    ['is never below 0', { [`P0${MINUTE}`]: 700 }, NOW, { remaining: 0 }],
    ['is told until the window’s end, in seconds begun', {}, NOW + 59_001, { resetSeconds: 1 }],
    ['is told until the window’s end, at its last millisecond', {}, NOW + 59_999, { resetSeconds: 1 }],
  ])('%s', (_, item, now, expected) => {
    const { rateLimits } = standingOf(callWith({ account: accountWith(item), now, seenAt: now }));
    expect(rateLimits).toEqual([expect.objectContaining({ name: 'plan', limit: 600, windowSeconds: 60, ...expected })]);
  });

  const daily = (limit: number): Quota => ({ limit, period: 'day' });
  test.each<[string, Quota | null, Record<string, number>, Standing['quota']]>([
    [
      'the plan’s where the key has none',
      null,
      { [`Rm${MONTH}`]: 9 },
      { limit: 50_000, period: 'month', remaining: 49_991, resetSeconds: 648_000 },
    ],
    [
      'the key’s where it is tighter',
      daily(10),
      { [`Q0d${DAY}`]: 4 },
      { limit: 10, period: 'day', remaining: 6, resetSeconds: 43_200 },
    ],
    [
      'the plan’s where that is tighter',
      daily(10),
      { [`Rm${MONTH}`]: 49_999 },
      { limit: 50_000, period: 'month', remaining: 1, resetSeconds: 648_000 },
    ],
    [
      'nothing, where more was used than is allowed now',
      daily(10),
      { [`Q0d${DAY}`]: 11 },
      { limit: 10, period: 'day', remaining: 0, resetSeconds: 43_200 },
    ],
  ])('of the quota is %s', (_, quota, item, expected) => {
    expect(standingOf(callWith({ key: keyWith({ quota }), account: accountWith(item) })).quota).toEqual(expected);
  });

  test('of credits is what is left of the month’s, and what was purchased', () => {
    const account = accountWith({ [`I0${MONTH}`]: 9_990, c: 5 });
    expect(standingOf(callWith({ account })).credits).toEqual({ included: 10, purchased: 5, total: 15 });
  });
});
