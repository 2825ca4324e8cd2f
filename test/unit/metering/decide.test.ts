import { describe, expect, test } from 'vitest';
import type { HotItem } from '../../../lib/accounts/account.ts';
import type { KeyRecord } from '../../../lib/keys/key.ts';
import { decide, explain, isCurrent } from '../../../lib/metering/decide.ts';
import { RULES, type Rule } from '../../../lib/metering/rules.ts';
import type { RefusalCode } from '../../../lib/metering/verdict.ts';
import { accountWith, callWith, keyWith, NOW, slotOf } from '../../support/records.ts';

const HELD: HotItem = { v: 1, k0: 1, n0: 0 };
/** The minute and the month of `NOW`, as the names of their counters end. */
const MINUTE = (NOW / 60_000).toString(36);
const MONTH = (2026 * 12 + 10).toString(36);
const [SECRET] = keyWith().secrets;
if (!SECRET) throw new Error('the key of the tests has no secret');

const judge = (fields: Partial<KeyRecord> = {}, item = HELD, keyHash = 'hash', now = NOW) =>
  decide(callWith({ now, seenAt: now, keyHash, key: keyWith(fields), account: accountWith(item) }));

describe('decide', () => {
  test('allows a call that no rule refuses, and charges the plan’s window, the month, credits, and the key’s slot', () => {
    expect(judge()).toEqual({
      kind: 'allow',
      charges: [
        { kind: 'add', attribute: `P0${MINUTE}`, amount: 1, atMost: 600 },
        { kind: 'add', attribute: `Rm${MONTH}`, amount: 1, atMost: 50_000 },
        { kind: 'add', attribute: `I0${MONTH}`, amount: 1, atMost: 10_000 },
        { kind: 'add', attribute: 'n0', amount: 1 },
        { kind: 'set', attribute: 'u0', value: NOW },
      ],
    });
  });

  test('charges the slot of the key, and no other', () => {
    const decision = judge({ slot: slotOf('z') }, { v: 1, k0: 1, kz: 1 });
    expect(decision.kind === 'allow' && decision.charges.map(({ attribute }) => attribute)).toEqual([
      `P0${MINUTE}`,
      `Rm${MONTH}`,
      `I0${MONTH}`,
      'nz',
      'uz',
    ]);
  });

  test.each<[string, Partial<KeyRecord>, HotItem, string, { rule: string; code: RefusalCode }]>([
    ['a key that its record calls revoked', { revokedAt: NOW }, HELD, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key that left its slot', { slot: null }, HELD, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key that its account no longer counts', {}, { v: 2, n0: 0 }, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key whose account is gone', {}, {}, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a disabled key', { disabled: true }, HELD, 'hash', { rule: 'disabled', code: 'key_disabled' }],
    ['an expired key', { expiresAt: NOW - 1 }, HELD, 'hash', { rule: 'expired', code: 'key_expired' }],
    ['a secret that the key no longer has', {}, HELD, 'other', { rule: 'expired', code: 'key_expired' }],
    [
      'an expired secret',
      { secrets: [{ ...SECRET, expiresAt: NOW }] },
      HELD,
      'hash',
      { rule: 'expired', code: 'key_expired' },
    ],
  ])('refuses %s by one rule alone', (_, fields, item, keyHash, { rule, code }) => {
    expect(judge(fields, item, keyHash)).toEqual({ kind: 'deny', rule, refusal: { code } });
    const others = RULES.filter(({ name }) => name !== rule);
    const call = callWith({ keyHash, key: keyWith(fields), account: accountWith(item) });
    expect(decide(call, others).kind).toBe('allow');
  });

  test.each<[string, Partial<KeyRecord>]>([
    ['key', {}],
    ['secret', { secrets: [{ ...SECRET, expiresAt: NOW }] }],
  ])('refuses an expired %s at the very millisecond, and allows it one before', (what, fields) => {
    const expiring = what === 'key' ? { expiresAt: NOW } : fields;
    expect(judge(expiring, HELD, 'hash', NOW)).toMatchObject({ refusal: { code: 'key_expired' } });
    expect(judge(expiring, HELD, 'hash', NOW - 1).kind).toBe('allow');
  });

  test('judges each secret of a key by its own end', () => {
    const secrets = [
      { ...SECRET, keyHash: 'old', expiresAt: NOW },
      { ...SECRET, keyHash: 'new' },
    ];
    expect(judge({ secrets }, HELD, 'old')).toMatchObject({ refusal: { code: 'key_expired' } });
    expect(judge({ secrets }, HELD, 'new').kind).toBe('allow');
  });

  test('tells the first of several reasons: revoked, disabled, expired, suspended', () => {
    const all = { revokedAt: NOW, disabled: true, expiresAt: NOW };
    expect(judge(all, HELD, 'other')).toMatchObject({ rule: 'revoked' });
    expect(judge({ ...all, revokedAt: null }, HELD, 'other')).toMatchObject({ rule: 'disabled' });
    expect(judge({ expiresAt: NOW }, HELD, 'other')).toMatchObject({ rule: 'expired' });
    expect(judge({}, { ...HELD, s: 1 }, 'other')).toMatchObject({ rule: 'expired' });
    expect(judge({ allowedIps: ['198.51.100.1'] }, { ...HELD, s: 1 })).toMatchObject({ rule: 'suspended' });
  });

  test('judges by the table it is given: a refusal charges nothing, an acceptance what every row charges, and the use of the key', () => {
    const charging = (attribute: string): Rule => ({
      name: attribute,
      judge: () => [{ kind: 'add', attribute, amount: 1 }],
    });
    const refusing: Rule = { name: 'no', judge: () => ({ code: 'key_disabled' }) };
    const call = callWith({ account: accountWith(HELD) });
    expect(decide(call, [charging('a'), refusing, charging('b')])).toEqual({
      kind: 'deny',
      refusal: { code: 'key_disabled' },
      rule: 'no',
    });
    expect(decide(call, [charging('a'), charging('b')])).toMatchObject({
      charges: [{ attribute: 'a' }, { attribute: 'b' }, { attribute: 'n0' }, { attribute: 'u0', value: NOW }],
    });
  });
});

describe('a refusal tells a wait after which every rule is content', () => {
  const DAY = Math.floor(NOW / 86_400_000).toString(36);
  const SECOND = (NOW / 1_000).toString(36);
  const own = { rateLimits: [{ name: 'own', limit: 1, windowSeconds: 1 }] };
  const spent = { ...HELD, [`W00${SECOND}`]: 1 };
  const refusalOf = (fields: Partial<KeyRecord>, item: HotItem) => {
    const decision = decide(callWith({ key: keyWith({ ...own, ...fields }), account: accountWith(item) }));
    return decision.kind === 'deny' && decision.refusal;
  };

  test.each<[string, Partial<KeyRecord>, HotItem, number | undefined]>([
    ['the first one’s, where no other refuses', {}, spent, 2],
    [
      'that of a later rule, where it is longer',
      { quota: { limit: 1, period: 'day' } },
      { ...spent, [`Q0d${DAY}`]: 1 },
      43_200,
    ],
    ['none, where the key has ended by then', { expiresAt: NOW + 1_500 }, spent, undefined],
    [
      'none, where no wait helps a later rule',
      {},
      { ...spent, [`I0${(2026 * 12 + 10).toString(36)}`]: 10_000 },
      undefined,
    ],
  ])('%s', (_, fields, item, retryAfter) => {
    expect(refusalOf(fields, item)).toEqual({ code: 'rate_limited', ...(retryAfter && { retryAfter }) });
  });
});

describe('explain', () => {
  const outcomes = (fields: Partial<KeyRecord>, item: HotItem) =>
    explain(callWith({ key: keyWith(fields), account: accountWith(item) }));

  test('tells every check that refuses, not only the first', () => {
    const refused = outcomes({ disabled: true, allowedIps: ['198.51.100.1'] }, { ...HELD, s: 1 }).filter(
      ({ passed }) => !passed,
    );
    expect(refused).toEqual([
      { check: 'disabled', passed: false, code: 'key_disabled' },
      { check: 'suspended', passed: false, code: 'account_suspended' },
      { check: 'ip', passed: false, code: 'ip_denied' },
    ]);
  });

  test('tells when a check will pass, where time helps', () => {
    expect(outcomes({ quota: { limit: 0, period: 'day' } }, HELD)).toContainEqual({
      check: 'quota',
      passed: false,
      code: 'quota_exceeded',
      retryAfter: 43_200,
    });
  });

  test('names every rule, in its order', () => {
    const all = outcomes({}, HELD);
    expect(all.map(({ check }) => check)).toEqual(RULES.map(({ name }) => name));
    expect(all.every(({ passed }) => passed)).toBe(true);
  });
});

describe('isCurrent', () => {
  test.each<[string, Partial<KeyRecord>, HotItem, boolean]>([
    ['a record of the version that the account counts for', { version: 4 }, { v: 9, k0: 4 }, true],
    ['an older record', { version: 3 }, { v: 9, k0: 4 }, false],
    ['a record newer than the account', { version: 5 }, { v: 4, k0: 4 }, false],
    ['a record whose slot another key holds', { version: 1, revokedAt: NOW }, { v: 9, k0: 8 }, false],
    ['a record whose slot no key holds: no newer one would be allowed either', { version: 1 }, { v: 9, n0: 3 }, true],
    ['a record that left its slot', { version: 1, slot: null, revokedAt: NOW }, { v: 9, k0: 8 }, true],
  ])('of %s', (_, fields, item, current) => {
    expect(isCurrent(keyWith(fields), accountWith(item))).toBe(current);
  });
});
