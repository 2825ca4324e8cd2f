import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLANS } from '../../../lib/accounts/plans.ts';
import {
  ALERT_KINDS,
  type Alert,
  alertsOf,
  alertsOfRefusal,
  readAlerts,
  writeAlerts,
} from '../../../lib/metering/alerts.ts';
import { DEFAULT_TERMS } from '../../../lib/metering/call.ts';
import { accountWith, callWith, keyWith, NOW } from '../../support/records.ts';

/** November 2026, and the day of `NOW`, by their numbers. */
const MONTH = 2026 * 12 + 10;
const DAY = 20_780;

const spentCell = `I0${MONTH.toString(36)}`;
const quotaCell = `Rm${MONTH.toString(36)}`;

/** What is told of an account of the free plan with that hot item. */
const told = (item: Record<string, number>) =>
  alertsOf(callWith({ account: accountWith({ v: 1, k0: 1, n0: 1, ...item }) }));

const { includedCredits, quota } = PLANS.free;

describe('an account tells, of credits,', () => {
  test.each([
    [2_001, undefined],
    [2_000, 20],
    [501, 20],
    [500, 5],
    [1, 5],
    [0, 0],
  ])('with %i left of 10,000: the level %s', (left, percent) => {
    const alerts = told({ [spentCell]: includedCredits - left });
    expect(alerts).toEqual(
      percent === undefined
        ? []
        : [{ kind: 'credits', percent, value: left, of: includedCredits, period: `m${MONTH}` }],
    );
  });

  test('nothing while purchased ones are left beside', () => {
    expect(told({ [spentCell]: includedCredits, c: 2_001 })).toEqual([]);
    expect(told({ [spentCell]: includedCredits, c: 2_000 })).toMatchObject([{ percent: 20, value: 2_000 }]);
  });

  test('of a plan that includes none: that there are none, and no share of nothing', () => {
    const plan = { ...PLANS.free, includedCredits: 0 };
    const left = (c: number) => alertsOf(callWith({ plan, account: accountWith({ v: 1, k0: 1, n0: 1, c }) }));
    expect(left(1)).toEqual([]);
    expect(left(0)).toMatchObject([{ kind: 'credits', percent: 0 }]);
  });
});

describe('an account tells, of quotas,', () => {
  test.each([
    [39_999, undefined],
    [40_000, 80],
    [49_999, 80],
    [50_000, 100],
  ])('with %i used of 50,000: the level %s', (used, percent) => {
    expect(told({ [quotaCell]: used })).toEqual(
      percent === undefined ? [] : [{ kind: 'quota', percent, value: used, of: quota.limit, period: `m${MONTH}` }],
    );
  });

  test('that of the key by itself', () => {
    const key = keyWith({ quota: { limit: 10, period: 'day' } });
    const account = accountWith({ v: 1, k0: 1, n0: 1, [`Q0d${DAY.toString(36)}`]: 8 });
    expect(alertsOf(callWith({ key, account }))).toEqual([
      { kind: 'key_quota', percent: 80, value: 8, of: 10, period: `d${DAY}` },
    ]);
  });
});

describe('an account whose owner tops it up', () => {
  test('tells at the threshold and below it', () => {
    const left = (credits: number) => told({ [spentCell]: includedCredits, c: credits, x: 7, t: 5_000 });
    expect(left(5_001)).toEqual([]);
    expect(left(5_000)).toEqual([{ kind: 'top_up', percent: 0, value: 5_000, of: 5_000, period: `g5007d${DAY}` }]);
  });

  test('tells it anew once credits have come', () => {
    const period = (c: number, x: number) => told({ [spentCell]: includedCredits, c, x, t: 5_000 }).at(-1)?.period;
    expect(period(3_000, 4_000)).toBe(period(2_999, 4_001));
    expect(period(3_000, 4_000)).not.toBe(period(4_000, 4_000));
  });
});

describe('a call that needs more than is left', () => {
  const told = (item: Record<string, number>, now = NOW) => {
    const account = accountWith({ v: 4, k0: 1, n0: 1, [spentCell]: includedCredits, c: 2_500, t: 100, ...item });
    const call = callWith({ account, now, terms: { ...DEFAULT_TERMS, cost: 2_600 } });
    return alertsOfRefusal(call, { code: 'insufficient_credits' });
  };
  const HOUR = 3_600_000;

  test('tells so, if its owner tops the account up, also above the threshold', () => {
    const period = `v4h${NOW / HOUR}`;
    expect(told({})).toEqual([{ kind: 'shortfall', percent: 0, value: 2_500, of: 2_600, period }]);
    const account = accountWith({ v: 4, k0: 1, n0: 1, [spentCell]: includedCredits, c: 2_500 });
    const call = callWith({ account, terms: { ...DEFAULT_TERMS, cost: 2_600 } });
    expect(alertsOfRefusal(call, { code: 'insufficient_credits' })).toEqual([]);
  });

  test('tells it once an hour, and anew once the account was changed', () => {
    const [first] = told({});
    expect(told({ c: 2_499 })[0]?.period).toBe(first?.period);
    expect(told({}, NOW + HOUR - 1)[0]?.period).toBe(first?.period);
    expect(told({}, NOW + HOUR)[0]?.period).not.toBe(first?.period);
    expect(told({ v: 5 })[0]?.period).not.toBe(first?.period);
  });
});

describe('an account that came to a level by no call', () => {
  const empty = callWith({ account: accountWith({ v: 1, k0: 1, n0: 1, [spentCell]: includedCredits, t: 0 }) });
  const called = callWith({ account: accountWith({ v: 1, k0: 1, n0: 1, [quotaCell]: quota.limit + 1 }) });

  test.each([
    [
      'insufficient_credits',
      empty,
      [
        ['credits', 0],
        ['shortfall', 0],
      ],
    ],
    ['quota_exceeded', called, [['quota', 100]]],
    ['rate_limited', empty, []],
    ['key_revoked', called, []],
  ] as const)('tells it with a call that is refused as %s', (code, call, levels) => {
    expect(alertsOfRefusal(call, { code }).map(({ kind, percent }) => [kind, percent])).toEqual(levels);
  });
});

test('alerts are read as they were written, and what is none is left out', () => {
  const alert: fc.Arbitrary<Alert> = fc.record({
    kind: fc.constantFrom(...ALERT_KINDS),
    percent: fc.nat(100),
    value: fc.nat(),
    of: fc.nat(),
    period: fc.stringMatching(/^[a-z0-9]{1,32}$/),
  });
  fc.assert(
    fc.property(fc.array(alert, { maxLength: 4 }), (alerts) => {
      expect(readAlerts(writeAlerts(alerts))).toEqual(alerts);
    }),
  );
  for (const text of [undefined, 7, '-', '', 'credits:5', 'none:1:1:1:m1', 'x'.repeat(2_000)]) {
    expect(readAlerts(text)).toEqual([]);
  }
});
