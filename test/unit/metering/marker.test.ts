import { expect, test } from 'vitest';
import { bears, markerOf } from '../../../lib/metering/marker.ts';
import { accountWith } from '../../support/records.ts';

const PLACES = [...'0123456789ABCDEF'].map((place) => `m${place}`);
const FULL = Object.fromEntries(PLACES.map((name, index) => [name, `zz${index.toString(36)}z0`]));

test.each<[string, Record<string, string>, string, string]>([
  ['the place of its turn, when all are free', {}, '0003', 'm3'],
  ['the place it has, wherever that is', { mB: '00037' }, '0003', 'mB'],
  ['the next free place, when another has its turn', { m3: 'zzzz0' }, '0003', 'm4'],
  ['the first place after the last', { mF: 'zzzz0' }, '000f', 'm0'],
  ['another’s place of its turn, when none is free', FULL, '0003', 'm3'],
])('a container takes %s', (_, item, container, attribute) => {
  expect(markerOf(accountWith(item), container, 35)).toEqual({ attribute, value: `${container}z` });
});

test('an account bears the marker of the last call, and of no other call or container', () => {
  const account = accountWith({ m3: '00037' });
  expect(bears(account, { attribute: 'm3', value: '00037' })).toBe(true);
  expect(bears(account, { attribute: 'm3', value: '00038' })).toBe(false);
  expect(bears(account, { attribute: 'm3', value: '00137' })).toBe(false);
  expect(bears(account, { attribute: 'm4', value: '00037' })).toBe(false);
});
