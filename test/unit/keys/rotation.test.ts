import { describe, expect, test } from 'vitest';
import type { KeySecret } from '../../../lib/keys/key.ts';
import { endOf, keyEnd } from '../../../lib/keys/lifetime.ts';
import { livingSecrets, rotated, underMaxAge } from '../../../lib/keys/rotation.ts';
import { decide } from '../../../lib/metering/decide.ts';
import { callWith, keyWith, NOW } from '../../support/records.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

const secretWith = (fields: Partial<KeySecret> = {}): KeySecret => ({
  place: 0,
  keyHash: 'hash',
  hint: 'sk_live_AbCd…wXyZ',
  createdAt: NOW - DAY,
  expiresAt: null,
  rotateBy: null,
  ...fields,
});

describe('the end of a secret', () => {
  test.each([
    ['none of all', null, null, null, null],
    ['its key', NOW + 1, NOW + 2, NOW + 3, NOW + 1],
    ['its grace period', NOW + 2, NOW + 1, NOW + 3, NOW + 1],
    ['its greatest age', NOW + 3, NOW + 2, NOW + 1, NOW + 1],
    ['its key alone', NOW + 1, null, null, NOW + 1],
    ['its grace period alone', null, NOW + 1, null, NOW + 1],
    ['its greatest age alone', null, null, NOW + 1, NOW + 1],
  ])('is that of %s, and the check holds it to the millisecond', (_, ofKey, ofGrace, ofAge, end) => {
    const key = keyWith({ expiresAt: ofKey, secrets: [secretWith({ expiresAt: ofGrace, rotateBy: ofAge })] });
    expect(endOf(key, key.secrets[0] ?? expect.fail())).toBe(end);
    expect(keyEnd(key)).toBe(end);
    const at = (now: number) => decide(callWith({ key, now, seenAt: now }));
    if (end === null) return expect(at(NOW + 400 * DAY).kind).toBe('allow');
    expect(at(end - 1).kind).toBe('allow');
    expect(at(end)).toMatchObject({ kind: 'deny', refusal: { code: 'key_expired' } });
  });
});

describe('rotated', () => {
  const next = secretWith({ keyHash: 'next', createdAt: NOW });
  const hashes = (secrets: readonly KeySecret[]) => secrets.map(({ keyHash }) => keyHash);

  test.each([
    ['its grace', null, null, NOW + HOUR],
    ['an end of its own that comes first', NOW + 1, null, NOW + 1],
    ['a grace that lasts already, which is not stretched', NOW + HOUR - 1, null, NOW + HOUR - 1],
    ['a shorter grace than the one that lasts', NOW + 2 * HOUR, null, NOW + HOUR],
  ])('leaves the former secret %s', (_, expiresAt, rotateBy, end) => {
    const [former, newest] = rotated([secretWith({ expiresAt, rotateBy })], next, NOW, 3_600);
    expect(former).toMatchObject({ keyHash: 'hash', expiresAt: end });
    expect(newest).toEqual({ ...next, place: 1 });
  });

  test('without a grace the new secret is alone', () => {
    expect(rotated([secretWith()], next, NOW, 0)).toEqual([next]);
  });

  test('drops what has ended, and gives its place to the new secret', () => {
    const secrets = [
      secretWith({ keyHash: 'ended', place: 0, expiresAt: NOW }),
      secretWith({ keyHash: 'too old', place: 2, rotateBy: NOW }),
      secretWith({ keyHash: 'kept', place: 1, expiresAt: NOW + 1 }),
    ];
    const after = rotated(secrets, next, NOW, 3_600);
    expect(hashes(after)).toEqual(['kept', 'next']);
    expect(after.map(({ place }) => place)).toEqual([1, 0]);
    expect(hashes(livingSecrets(secrets, NOW))).toEqual(['kept']);
  });
});

describe('underMaxAge', () => {
  test.each([
    ['no greatest age', null, null],
    ['one that a young secret does not reach soon', 365, NOW + 364 * DAY],
    ['one that it has passed, 30 days to rotate', 1, NOW + 30 * DAY],
  ])('gives the newest secret, under %s, its end', (_, days, rotateBy) => {
    const secrets = [secretWith({ expiresAt: NOW + 1 }), secretWith({ rotateBy: NOW + 5 })];
    expect(underMaxAge(secrets, days, NOW)).toEqual([secrets[0], { ...secrets[1], rotateBy }]);
  });
});
