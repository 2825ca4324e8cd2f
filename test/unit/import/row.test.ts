import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../../cli/import/reasons.ts';
import { readRow } from '../../../cli/import/row.schema.ts';
import { hashSecret, makeSecret, type Secret } from '../../../lib/keys/secret.ts';
import { DEFAULT_POLICY, NOW } from '../../support/records.ts';

const OWN = makeSecret('test', (length) => new Uint8Array(length).fill(9));
const FOREIGN = 'acme_9f8e7d6c5b4a3928' as Secret;
const HASH = hashSecret(FOREIGN);
const BASE64 = Buffer.from(HASH, 'hex').toString('base64');
const BASE64URL = Buffer.from(HASH, 'hex').toString('base64url');

/** The row that a file's fields make; what is wrong as one text. */
function read(fields: Record<string, unknown>) {
  const result = readRow({ email: 'ada@example.com', ...fields }, NOW);
  return 'row' in result ? result.row : reasonOf(result.wrongs);
}

describe('a row', () => {
  test('needs no more than an address and a key', () => {
    expect(read({ key: FOREIGN })).toEqual({
      email: 'ada@example.com',
      keyHash: HASH,
      hint: 'ac…28',
      kind: 'foreign',
      ...DEFAULT_POLICY,
      status: 'active',
      dailyCredits: null,
      expiresAt: null,
      createdAt: undefined,
      credits: 0,
    });
  });

  test('says all that a policy has; the address is normalised, a null is a field left out', () => {
    const policy = {
      name: 'my key',
      environment: 'test',
      status: 'disabled',
      scopes: ['orders:read'],
      allowedIps: ['192.0.2.0/24', '2001:db8::1'],
      rateLimits: [{ name: 'burst', limit: 10, windowSeconds: 1 }],
      quota: { limit: 5, period: 'day' },
      dailyCredits: 7,
      credits: 12,
    };
    const times = { expiresAt: '2020-01-01T00:00:00Z', createdAt: '2019-01-01T01:00:00+01:00' };
    expect(read({ ...policy, ...times, email: ' Ada@Example.com ', keyHash: BASE64, key: null })).toEqual({
      ...policy,
      email: 'ada@example.com',
      keyHash: HASH,
      hint: `sha256:${HASH.slice(0, 8)}…`,
      kind: 'hash',
      expiresAt: Date.UTC(2020, 0),
      createdAt: Date.UTC(2019, 0),
    });
  });

  test('with a key of our shape takes its environment from it', () => {
    expect(read({ key: OWN })).toMatchObject({ environment: 'test', kind: 'own', keyHash: hashSecret(OWN) });
    expect(read({ key: OWN, environment: 'live' })).toBe('environment: Expected test, as the key says');
  });

  test.each([
    [HASH, undefined],
    [HASH.toUpperCase(), undefined],
    [HASH, 'hex'],
    [BASE64, undefined],
    [BASE64, 'base64'],
    [BASE64.replace('=', ''), 'base64'],
    [BASE64URL, undefined],
    [`${BASE64URL}=`, 'base64url'],
  ])('takes the hash %s as %s', (keyHash, hashEncoding) => {
    expect(read({ keyHash, hashEncoding })).toMatchObject({ keyHash: HASH });
  });

  test.each([
    ['63 digits', { keyHash: HASH.slice(1) }],
    ['65 digits', { keyHash: `${HASH}0` }],
    ['no hex', { keyHash: `${HASH.slice(1)}g` }],
    ['31 bytes', { keyHash: Buffer.alloc(31, 1).toString('base64') }],
    ['33 bytes', { keyHash: Buffer.alloc(33, 1).toString('base64url') }],
    ['both alphabets', { keyHash: `+_${'A'.repeat(41)}` }],
    ['bits that no encoder leaves', { keyHash: `${'A'.repeat(42)}B` }],
    ['hex that is said to be base64', { keyHash: HASH, hashEncoding: 'base64' }],
    ['base64 that is said to be base64url', { keyHash: `+${'A'.repeat(42)}`, hashEncoding: 'base64url' }],
  ])('refuses a hash of %s', (_, fields) => {
    expect(read(fields)).toMatch(/^keyHash: Expected a SHA-256, 32 bytes, in /);
  });

  test.each([
    [{}, 'key: Expected exactly one of key and keyHash, given neither'],
    [{ key: FOREIGN, keyHash: HASH }, 'key: Expected exactly one of key and keyHash, given both'],
    [{ key: FOREIGN, hashEncoding: 'hex' }, 'hashEncoding: Expected only beside keyHash'],
    [{ key: FOREIGN, hint: 'a…b' }, 'hint: Expected only beside keyHash'],
    [{ key: 'short' }, 'key: Expected 16 to 255 visible ASCII characters, without spaces and commas'],
    [{ key: `${FOREIGN} x` }, 'key: Expected 16 to 255 visible ASCII characters, without spaces and commas'],
    [{ key: 12_345 }, 'key: Invalid input: expected string, received number'],
    [{ keyHash: HASH, hint: 'sk_live_AbCdE…wXyZ' }, /^hint: Invalid hint/],
    [{ key: FOREIGN, email: 'ada' }, /^email: Invalid email/],
    [{ key: FOREIGN, environment: 'prod' }, /^environment: Invalid option: expected one of "live"\|"test"$/],
    [{ key: FOREIGN, scopes: ['Orders'] }, /^scopes\[0\]: Invalid scope/],
    [{ key: FOREIGN, allowedIps: ['localhost'] }, /^allowedIps\[0\]: Invalid address/],
    [{ key: FOREIGN, rateLimits: [{ name: 'a', limit: 1 }] }, /^rateLimits\[0\]\.windowSeconds: /],
    [{ key: FOREIGN, quota: { limit: 1, period: 'week' } }, /^quota\.period: /],
    [{ key: FOREIGN, quota: { limit: 1, period: 'day', x1: 1 } }, 'quota: Unknown field in it'],
    [{ key: FOREIGN, credits: 1.5 }, 'credits: Invalid credits: expected a whole number from 0'],
    [{ key: FOREIGN, credits: -1 }, 'credits: Invalid credits: expected a whole number from 0'],
    [{ key: FOREIGN, credits: 2 ** 53 }, 'credits: Invalid credits: expected a whole number from 0'],
    [{ key: FOREIGN, credits: '12' }, 'credits: Invalid credits: expected a whole number from 0'],
    [{ key: FOREIGN, expiresAt: '2027-01-01' }, 'expiresAt: Invalid ISO datetime'],
    [{ key: FOREIGN, createdAt: '2999-01-01T00:00:00Z' }, 'createdAt: Expected a time since 1970 that has passed'],
    [{ key: FOREIGN, createdAt: '1969-01-01T00:00:00Z' }, 'createdAt: Expected a time since 1970 that has passed'],
    [{ key: FOREIGN, owner: 'x' }, 'owner: Unknown column'],
    [{ key: FOREIGN, credits: -1, name: '' }, /^name: .*; credits: /],
  ])('%j is refused: %s', (fields, reason) => {
    expect(read(fields)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  });

  test('is refused without a word of its secret, wherever that stands', () => {
    const fields = [...'email key keyHash hashEncoding hint name environment status scopes allowedIps'.split(' ')];
    fields.push('rateLimits', 'quota', 'dailyCredits', 'expiresAt', 'createdAt', 'credits', FOREIGN);
    for (const field of fields) {
      for (const value of [FOREIGN, `${FOREIGN} `, [FOREIGN], { [FOREIGN]: FOREIGN }, [{ [FOREIGN]: 1 }]]) {
        const told = read({ key: field === 'key' ? undefined : FOREIGN, [field]: value });
        expect(JSON.stringify(told)).not.toContain(FOREIGN.slice(0, 6));
      }
    }
  });

  test('whose secret stands in a field that would be stored is refused', () => {
    expect(read({ key: FOREIGN, name: `the ${FOREIGN} key` })).toBe('name: Expected no API key');
    expect(read({ key: FOREIGN, scopes: [FOREIGN] })).toBe('scopes: Expected no API key');
    expect(read({ key: OWN, name: OWN })).toMatch(/^name: .*expected no API key/);
  });

  test('of any fields is read or refused, and never tells a value of theirs', () => {
    const field = fc.constantFrom('email', 'key', 'keyHash', 'hint', 'name', 'scopes', 'quota', 'createdAt', 'x');
    const value = fc.oneof(fc.constant(`${FOREIGN}${FOREIGN}`), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(field, value, { noNullPrototype: true }), (fields) => {
        const result = readRow(fields, NOW);
        if ('wrongs' in result) expect(reasonOf(result.wrongs)).not.toContain(FOREIGN.slice(0, 6));
      }),
    );
  });
});
