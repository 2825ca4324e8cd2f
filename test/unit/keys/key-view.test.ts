import { describe, expect, test } from 'vitest';
import { key as keySchema } from '../../../lib/http/contract/key.schema.ts';
import { statusOf } from '../../../lib/keys/key.ts';
import { listed, viewKey } from '../../../lib/keys/key-view.ts';
import { accountWith, DEFAULT_POLICY, keyWith, NOW } from '../../support/records.ts';

const DAY = 86_400_000;
const AT = '2026-11-23T12:00:00.000Z';

describe('viewKey', () => {
  test('shows readable names and ISO times, as the contract says, and neither hash nor slot', () => {
    const view = viewKey(keyWith({ version: 3 }), accountWith({ v: 3, k0: 3, n0: 12, u0: NOW + 5 }), NOW);
    expect(view).toEqual({
      keyId: '01KAPZ0000000000000000000A',
      ...DEFAULT_POLICY,
      hint: 'sk_live_AbCd…wXyZ',
      status: 'active',
      dailyCredits: null,
      createdAt: AT,
      expiresAt: null,
      rotateBy: null,
      lastUsedAt: '2026-11-23T12:00:00.005Z',
      totalRequests: 12,
      version: 3,
      secrets: [
        {
          hint: 'sk_live_AbCd…wXyZ',
          createdAt: AT,
          expiresAt: null,
          lastUsedAt: '2026-11-23T12:00:00.005Z',
        },
      ],
    });
    expect(keySchema.strict().parse(view)).toEqual(view);
  });

  test('a use before the newest secret was made is not told as one of it', () => {
    const newest = { ...keyWith().secrets[0], createdAt: NOW };
    const usedAt = (at: number) =>
      viewKey(keyWith({ version: 3, secrets: [newest as never] }), accountWith({ v: 3, k0: 3, n0: 1, u0: at }), NOW);
    expect(usedAt(NOW - 1)).toMatchObject({ lastUsedAt: '2026-11-23T11:59:59.999Z', secrets: [{ lastUsedAt: null }] });
    expect(usedAt(NOW).secrets).toMatchObject([{ lastUsedAt: AT }]);
  });

  test('shows what was decided about the key, and when its secrets end', () => {
    const policy = {
      scopes: ['orders:*'],
      allowedIps: ['192.0.2.0/24'],
      rateLimits: [{ name: 'own', limit: 5, windowSeconds: 60 }],
      quota: { limit: 9, period: 'day' },
    } as const;
    const secrets = [
      { place: 0, keyHash: 'old', hint: 'sk_live_Old0…0000', createdAt: NOW, expiresAt: NOW + 1, rotateBy: null },
      { place: 1, keyHash: 'new', hint: 'sk_live_New0…0000', createdAt: NOW + 2, expiresAt: null, rotateBy: NOW + 4 },
    ];
    const view = viewKey(keyWith({ ...policy, secrets, expiresAt: NOW + 3 }), accountWith({}), NOW);
    expect(view).toMatchObject({
      ...policy,
      expiresAt: '2026-11-23T12:00:00.003Z',
      rotateBy: '2026-11-23T12:00:00.004Z',
      secrets: [
        { hint: 'sk_live_Old0…0000', createdAt: AT, expiresAt: '2026-11-23T12:00:00.001Z' },
        { hint: 'sk_live_New0…0000', createdAt: '2026-11-23T12:00:00.002Z', expiresAt: '2026-11-23T12:00:00.004Z' },
      ],
    });
  });

  test('has an empty hint without a secret', () => {
    expect(viewKey(keyWith({ secrets: [] }), accountWith({}), NOW).hint).toBe('');
  });

  test('counts a revoked key by its account while it holds its slot, and by its own record afterwards', () => {
    const account = accountWith({ v: 9, n0: 7, u0: NOW });
    expect(viewKey(keyWith({ revokedAt: NOW }), account, NOW)).toMatchObject({ totalRequests: 7, lastUsedAt: AT });
    const totals = { totalRequests: 5, lastUsedAt: null };
    const settled = keyWith({ revokedAt: NOW, slot: null, totals });
    expect(viewKey(settled, account, NOW)).toMatchObject(totals);
    expect(viewKey({ ...settled, totals: null }, account, NOW)).toMatchObject({ totalRequests: 0, lastUsedAt: null });
  });

  test('hints at the newest secret', () => {
    const [secret] = keyWith().secrets;
    const secrets = secret ? [secret, { ...secret, hint: 'sk_live_New0…0000' }] : [];
    expect(viewKey(keyWith({ secrets }), accountWith({}), NOW).hint).toBe('sk_live_New0…0000');
  });
});

describe('statusOf', () => {
  test.each([
    ['active', {}],
    ['active', { expiresAt: NOW + 1 }],
    ['expired', { expiresAt: NOW }],
    ['disabled', { disabled: true, expiresAt: NOW }],
    ['revoked', { revokedAt: NOW, disabled: true, expiresAt: NOW }],
  ])('is %s for %j', (status, fields) => {
    expect(statusOf(keyWith(fields), NOW)).toBe(status);
  });
});

describe('listed', () => {
  const revokedFor = (ms: number) => keyWith({ revokedAt: NOW - ms });
  test.each([
    ['a disabled key', keyWith({ disabled: true }), true, true],
    ['an expired key', keyWith({ expiresAt: NOW - 1 }), true, true],
    ['a key just revoked', revokedFor(0), false, true],
    ['a key revoked a millisecond less than 30 days ago', revokedFor(30 * DAY - 1), false, true],
    ['a key revoked 30 days ago', revokedFor(30 * DAY), false, false],
  ])('shows %s by default and with the revoked as promised', (_, key, byDefault, withRevoked) => {
    expect(listed([key], false, NOW)).toHaveLength(byDefault ? 1 : 0);
    expect(listed([key], true, NOW)).toHaveLength(withRevoked ? 1 : 0);
  });
});
