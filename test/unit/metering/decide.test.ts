import { describe, expect, test } from 'vitest';
import type { HotItem } from '../../../lib/accounts/account.ts';
import type { KeyRecord } from '../../../lib/keys/key.ts';
import { decide, isCurrent, RULES, type Rule } from '../../../lib/metering/decide.ts';
import { accountWith, keyWith, NOW, slotOf } from '../../support/records.ts';

const HELD: HotItem = { v: 1, k0: 1, n0: 0 };
const [SECRET] = keyWith().secrets;
if (!SECRET) throw new Error('the key of the tests has no secret');

const judge = (fields: Partial<KeyRecord> = {}, item = HELD, keyHash = 'hash', now = NOW) =>
  decide({ now, keyHash, key: keyWith(fields), account: accountWith(item) });

describe('decide', () => {
  test('allows a call that no rule refuses, and charges one request and its time to the key’s slot', () => {
    expect(judge()).toEqual({
      kind: 'allow',
      charges: [
        { kind: 'add', attribute: 'n0', amount: 1 },
        { kind: 'set', attribute: 'u0', value: NOW },
      ],
    });
  });

  test('charges the slot of the key, and no other', () => {
    const decision = judge({ slot: slotOf('z') }, { v: 1, k0: 1, kz: 1 });
    expect(decision.kind === 'allow' && decision.charges.map(({ attribute }) => attribute)).toEqual(['nz', 'uz']);
  });

  test.each<[string, Partial<KeyRecord>, HotItem, string, { rule: string; code: string }]>([
    ['a key that its record calls revoked', { revokedAt: NOW }, HELD, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key that left its slot', { slot: null }, HELD, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key that its account no longer counts', {}, { v: 2, n0: 0 }, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a key whose account is gone', {}, {}, 'hash', { rule: 'revoked', code: 'key_revoked' }],
    ['a disabled key', { disabled: true }, HELD, 'hash', { rule: 'disabled', code: 'key_disabled' }],
    ['an expired key', { expiresAt: NOW - 1 }, HELD, 'hash', { rule: 'expired', code: 'key_expired' }],
    ['a secret that the key no longer has', {}, HELD, 'other', { rule: 'secret', code: 'key_expired' }],
    [
      'an expired secret',
      { secrets: [{ ...SECRET, expiresAt: NOW }] },
      HELD,
      'hash',
      { rule: 'secret', code: 'key_expired' },
    ],
  ])('refuses %s by one rule alone', (_, fields, item, keyHash, refusal) => {
    expect(judge(fields, item, keyHash)).toEqual({ kind: 'deny', ...refusal });
    const others = RULES.filter(({ name }) => name !== refusal.rule);
    const call = { now: NOW, keyHash, key: keyWith(fields), account: accountWith(item) };
    expect(decide(call, others).kind).toBe('allow');
  });

  test.each<[string, Partial<KeyRecord>]>([
    ['key', {}],
    ['secret', { secrets: [{ ...SECRET, expiresAt: NOW }] }],
  ])('refuses an expired %s at the very millisecond, and allows it one before', (what, fields) => {
    const expiring = what === 'key' ? { expiresAt: NOW } : fields;
    expect(judge(expiring, HELD, 'hash', NOW)).toMatchObject({ code: 'key_expired' });
    expect(judge(expiring, HELD, 'hash', NOW - 1).kind).toBe('allow');
  });

  test('judges each secret of a key by its own end', () => {
    const secrets = [
      { ...SECRET, keyHash: 'old', expiresAt: NOW },
      { ...SECRET, keyHash: 'new' },
    ];
    expect(judge({ secrets }, HELD, 'old')).toMatchObject({ code: 'key_expired' });
    expect(judge({ secrets }, HELD, 'new').kind).toBe('allow');
  });

  test('tells the first of several reasons: revoked, disabled, expired, secret', () => {
    const all = { revokedAt: NOW, disabled: true, expiresAt: NOW };
    expect(judge(all, HELD, 'other')).toMatchObject({ rule: 'revoked' });
    expect(judge({ ...all, revokedAt: null }, HELD, 'other')).toMatchObject({ rule: 'disabled' });
    expect(judge({ expiresAt: NOW }, HELD, 'other')).toMatchObject({ rule: 'expired' });
    expect(judge({}, HELD, 'other')).toMatchObject({ rule: 'secret' });
  });

  test('judges by the table it is given: a refusal charges nothing, an acceptance what every row charges', () => {
    const charging = (attribute: string): Rule => ({
      name: attribute,
      charges: () => [{ kind: 'add', attribute, amount: 1 }],
    });
    const refusing: Rule = { name: 'no', refuses: () => 'key_disabled' };
    const call = { now: NOW, keyHash: 'hash', key: keyWith(), account: accountWith(HELD) };
    expect(decide(call, [charging('a'), refusing, charging('b')])).toEqual({
      kind: 'deny',
      code: 'key_disabled',
      rule: 'no',
    });
    expect(decide(call, [charging('a'), charging('b')])).toMatchObject({
      charges: [{ attribute: 'a' }, { attribute: 'b' }],
    });
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
