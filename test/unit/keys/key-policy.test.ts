import { describe, expect, test } from 'vitest';
import { PLANS } from '../../../lib/accounts/plans.ts';
import { PlanRefusal, policyWithin } from '../../../lib/keys/key-policy.ts';
import { NOW } from '../../support/records.ts';

const DAY = 86_400_000;
const WANTED = { name: 'ci', environment: 'test', scopes: ['a'], allowedIps: [], rateLimits: [], quota: null } as const;

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
    const refusal = () => policyWithin(plan, { ...WANTED, expiresInDays }, NOW);
    expect(refusal).toThrow(PlanRefusal);
    expect(refusal).toThrow(`Plan ${plan.name} allows at most ${plan.keyLifetimeDays}, given ${expiresInDays}`);
    expect(refusal).toThrow(expect.objectContaining({ field: 'expiresInDays' }));
  });
});
