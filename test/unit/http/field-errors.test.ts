import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { newKey } from '../../../lib/http/contract/key.schema.ts';
import { getUsage } from '../../../lib/http/contract/usage.ts';
import { fieldErrors } from '../../../lib/http/field-errors.ts';
import { BASE62 } from '../../../lib/keys/base62.ts';

const SECRET = `sk_test_${BASE62.slice(0, 36)}`;

function errorsOf(schema: z.ZodType, input: unknown, root = '') {
  const { error } = schema.safeParse(input, { reportInput: true });
  return error ? fieldErrors(error, root) : [];
}

describe('fieldErrors', () => {
  test('lists every failing field of a new key by its path, and what was given', () => {
    const errors = errorsOf(newKey, {
      email: 'nobody',
      environment: 'prod',
      scopes: ['ok', 'Not OK'],
      rateLimits: [{ name: 'burst', limit: 0, windowSeconds: 1, extra: true }],
      allowedIps: ['10.0.0.0/33'],
      colour: 'red',
    });
    expect(Object.fromEntries(errors.map(({ path, message }) => [path, message]))).toEqual({
      email: 'Invalid email: expected an address such as ada@example.com, 254 bytes at most, given "nobody"',
      environment: 'Invalid option: expected one of "live"|"test", given "prod"',
      'scopes[1]': 'Invalid scope: expected [a-z][a-z0-9:._*-]{0,63}, as in orders:read, given "Not OK"',
      'rateLimits[0].limit': 'Too small: expected number to be >=1, given 0',
      'rateLimits[0].extra': 'Unknown field',
      'allowedIps[0]':
        'Invalid address: expected IPv4 or IPv6, or CIDR such as 192.0.2.0/24 or 2001:db8::/32, given "10.0.0.0/33"',
      colour: 'Unknown field',
    });
  });

  test('names the part of the request before the path', () => {
    expect(errorsOf(z.strictObject({ a: z.string() }), { a: 1, b: 2 }, 'query').map(({ path }) => path)).toEqual([
      'query.a',
      'query.b',
    ]);
  });

  test.each(['yesterday', '2026-11-24', '-000001-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '1969-12-31T00:00:00Z'])(
    'says one thing of %s, which is no time that usage is asked from',
    (from) => {
      expect(errorsOf(getUsage.query, { from }, 'query').map(({ path }) => path)).toEqual(['query.from']);
    },
  );

  test('names the whole by an empty path', () => {
    expect(errorsOf(newKey, [])).toEqual([{ path: '', message: expect.stringContaining('expected object') }]);
  });

  test('shows 40 characters of what was given, and nothing of objects', () => {
    const [long] = errorsOf(z.object({ a: z.string().max(50) }), { a: 'x'.repeat(60_000) });
    expect(long?.message).toMatch(/, given "x{39}…$/);
    const [object] = errorsOf(z.object({ a: z.string() }), { a: { secret: 1 } });
    expect(object?.message).not.toContain('given');
  });

  test.each([
    ['as a value', { email: SECRET }],
    ['inside a value', { email: `my key is ${SECRET}` }],
    ['as the name of a field', { [SECRET]: 1 }],
    ['as a scope', { scopes: [SECRET, `-${SECRET}`] }],
  ])('never repeats a secret that went astray %s', (_, input) => {
    const text = JSON.stringify(errorsOf(newKey, input));
    expect(text).not.toContain(SECRET);
    for (let at = 8; at + 12 <= SECRET.length; at++) expect(text).not.toContain(SECRET.slice(at, at + 12));
  });

  test.each(['__proto__', 'constructor', 'a\0b', '\ud800', 'x'.repeat(10_000)])(
    'names the unknown field %j',
    (name) => {
      const input = JSON.parse(`{"email":"ada@example.com",${JSON.stringify(name)}:{"x":1}}`);
      const errors = errorsOf(newKey, input);
      expect(errors).toEqual([{ path: name.slice(0, 100), message: 'Unknown field' }]);
    },
  );
});
