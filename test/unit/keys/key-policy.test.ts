import { describe, expect, test } from 'vitest';
import { PLANS, type Plan } from '../../../lib/accounts/plans.ts';
import type { Quota } from '../../../lib/keys/key.ts';
import { editWithin, fieldsBeyond, PlanRefusal, policyWithin } from '../../../lib/keys/key-policy.ts';
import { NOW } from '../../support/records.ts';

const DAY = 86_400_000;
const WANTED = { name: 'ci', environment: 'test', scopes: ['a'], allowedIps: [], rateLimits: [], quota: null } as const;

/** A plan of two rate limits. */
const STEPPED: Plan = {
  ...PLANS.free,
  rateLimits: [
    { name: 'minute', limit: 600, windowSeconds: 60 },
    { name: 'hour', limit: 6_000, windowSeconds: 3_600 },
  ],
};
const withQuota = (quota: Quota | null): Plan => ({ ...PLANS.free, quota });

/** Makes sure that a policy is refused with a message, by a refusal that names the field, and no other. */
function expectRefusal(plan: Plan, fields: object, field: string, message: string) {
  const refusal = () => policyWithin(plan, { ...WANTED, ...fields }, NOW);
  expect(refusal).toThrow(PlanRefusal);
  expect(refusal).toThrow(expect.objectContaining({ name: 'PlanRefusal', fields: [{ field, message }] }));
}

describe('policyWithin', () => {
  test('keeps what was asked for', () => {
    expect(policyWithin(PLANS.free, { ...WANTED, expiresInDays: 1 }, NOW)).toEqual({ ...WANTED, expiresAt: NOW + DAY });
  });

  test.each([
    ['the longest life of the plan, when none is asked for', PLANS.free, undefined, NOW + 365 * DAY],
    ['exactly the longest life of the plan', PLANS.free, 365, NOW + 365 * DAY],
    ['the longer life of a greater plan', PLANS.pro, 730, NOW + 730 * DAY],
    ['no end, where the plan sets none', PLANS.scale, undefined, null],
    ['any life, where the plan sets no end', PLANS.scale, 3_650, NOW + 3_650 * DAY],
  ])('gives a key %s', (_, plan, expiresInDays, expiresAt) => {
    expect(policyWithin(plan, { ...WANTED, expiresInDays }, NOW).expiresAt).toBe(expiresAt);
  });

  test.each([
    [PLANS.free, 366],
    [PLANS.pro, 731],
  ])('refuses a life a day longer than the plan allows, naming field, value and bound', (plan, expiresInDays) => {
    const message = `Plan ${plan.name} allows at most ${plan.keyLifetimeDays}, given ${expiresInDays}`;
    expectRefusal(plan, { expiresInDays }, 'expiresInDays', message);
  });

  test.each([
    { windowSeconds: 1, most: 600, why: 'all that its minute holds may come within a second' },
    { windowSeconds: 60, most: 600, why: 'its own limit of a minute' },
    { windowSeconds: 90, most: 900, why: 'one and a half times its minute' },
    { windowSeconds: 3_600, most: 6_000, why: 'its hour, which is tighter than sixty of its minutes' },
    { windowSeconds: 7_200, most: 12_000, why: 'two of its hours' },
  ])('lets a key have exactly what a plan lets through in $windowSeconds s: $why', ({ windowSeconds, most }) => {
    const limits = (limit: number) => ({
      rateLimits: [
        { name: 'small', limit: 1, windowSeconds: 60 },
        { name: 'own', limit, windowSeconds },
      ],
    });
    expect(policyWithin(STEPPED, { ...WANTED, ...limits(most) }, NOW)).toMatchObject(limits(most));
    const message = `Plan free allows at most ${most} in ${windowSeconds} s, given ${most + 1}`;
    expectRefusal(STEPPED, limits(most + 1), 'rateLimits[1].limit', message);
  });

  test('tells whole calls where a plan lets through a part of one', () => {
    const plan: Plan = { ...PLANS.free, rateLimits: [{ name: 'plan', limit: 100, windowSeconds: 60 }] };
    const rateLimits = [{ name: 'own', limit: 102, windowSeconds: 61 }];
    expectRefusal(plan, { rateLimits }, 'rateLimits[0].limit', 'Plan free allows at most 101 in 61 s, given 102');
  });

  test.each([
    { period: 'day', of: { limit: 100, period: 'day' }, most: 100 },
    { period: 'month', of: { limit: 100, period: 'day' }, most: 3_100 },
    { period: 'day', of: { limit: 100, period: 'month' }, most: 100 },
    { period: 'month', of: { limit: 100, period: 'month' }, most: 100 },
  ] as const)('lets a key have at most $most calls a $period, under a quota of $of.limit a $of.period', (quotas) => {
    const { period, of, most } = quotas;
    const quota = (limit: number) => ({ quota: { limit, period } });
    expect(policyWithin(withQuota(of), { ...WANTED, ...quota(most) }, NOW)).toMatchObject(quota(most));
    const message = `Plan free allows at most ${most} a ${period}, given ${most + 1}`;
    expectRefusal(withQuota(of), quota(most + 1), 'quota.limit', message);
  });

  test.each(['day', 'month'] as const)('lets a key have any quota a %s, where the plan has none', (period) => {
    const quota = { limit: Number.MAX_SAFE_INTEGER, period };
    expect(policyWithin(withQuota(null), { ...WANTED, quota }, NOW)).toMatchObject({ quota });
  });

  test('lets limits, and not lives, go beyond the plan, as an admin may', () => {
    const beyond = {
      rateLimits: [{ name: 'own', limit: 601, windowSeconds: 60 }],
      quota: { limit: 50_001, period: 'month' },
    } as const;
    expect(policyWithin(PLANS.free, { ...WANTED, ...beyond }, NOW, true)).toMatchObject(beyond);
    expect(() => policyWithin(PLANS.free, { ...WANTED, expiresInDays: 366 }, NOW, true)).toThrow(PlanRefusal);
  });

  const TOO_MUCH = {
    rateLimits: [
      { name: 'one', limit: 601, windowSeconds: 60 },
      { name: 'two', limit: 1, windowSeconds: 60 },
      { name: 'three', limit: 602, windowSeconds: 60 },
    ],
    quota: { limit: 50_001, period: 'month' },
  } as const;
  const LIMITS = ['rateLimits[0].limit', 'rateLimits[2].limit', 'quota.limit'];

  test.each([
    ['a new key', 'expiresInDays', () => policyWithin(PLANS.free, { ...WANTED, ...TOO_MUCH, expiresInDays: 366 }, NOW)],
    ['an edit', 'expiresAt', () => editWithin(PLANS.free, { ...TOO_MUCH, expiresAt: null }, NOW, false)],
  ])('names every field of %s that goes beyond the plan, in one refusal', (_, life, refused) => {
    const fields = [...LIMITS, life].map((field) => expect.objectContaining({ field }));
    expect(refused).toThrow(expect.objectContaining({ name: 'PlanRefusal', fields }));
  });

  test('tells every field of an imported key that goes beyond the plan', () => {
    const policy = { ...WANTED, ...TOO_MUCH, expiresAt: NOW + 366 * DAY };
    expect(fieldsBeyond(PLANS.free, policy, NOW)).toEqual([...LIMITS, 'expiresAt']);
    expect(fieldsBeyond(PLANS.free, { ...WANTED, expiresAt: NOW + 365 * DAY }, NOW)).toEqual([]);
  });
});
