import { expect, test } from 'vitest';
import { covers, missingScopes } from '../../../lib/metering/scopes.ts';

test.each<[string, string, boolean]>([
  ['orders:read', 'orders:read', true],
  ['orders:read', 'orders:write', false],
  ['orders:read', 'orders', false],
  ['orders', 'orders:read', false],
  ['orders:*', 'orders:read', true],
  ['orders:*', 'orders:items:read', true],
  ['orders:*', 'orders', false],
  ['orders:*', 'users:read', false],
  ['orders:*', 'orders2:read', false],
  ['*', 'orders', true],
  ['*', 'orders:items:read', true],
  ['*:read', 'orders:read', true],
  ['*:read', 'orders:write', false],
  ['*:read', 'orders:items:read', false],
  ['orders:*:read', 'orders:items:read', true],
  ['orders:*:read', 'orders:items:write', false],
  ['orders:read', 'orders:*', false],
  ['orders:re*', 'orders:read', false],
])('%s covers %s: %s', (granted, demanded, covered) => {
  expect(covers(granted, demanded)).toBe(covered);
});

test('what is missing is every demanded scope that no granted one covers', () => {
  expect(missingScopes(['orders:*', 'users:read'], ['orders:read', 'users:write', 'logs'])).toEqual([
    'users:write',
    'logs',
  ]);
  expect(missingScopes([], [])).toEqual([]);
});
