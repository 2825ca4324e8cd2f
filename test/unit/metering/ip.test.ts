import { expect, test } from 'vitest';
import { isAmong } from '../../../lib/metering/ip.ts';

test.each<[string, string, string, boolean]>([
  ['an IPv4 address', '192.0.2.1', '192.0.2.1', true],
  ['another IPv4 address', '192.0.2.1', '192.0.2.10', false],
  ['the first of an IPv4 block', '192.0.2.0/24', '192.0.2.0', true],
  ['the last of an IPv4 block', '192.0.2.0/24', '192.0.2.255', true],
  ['one after an IPv4 block', '192.0.2.0/24', '192.0.3.0', false],
  ['an IPv6 address, written at length', '2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
  ['another IPv6 address', '2001:db8::1', '2001:db8::2', false],
  ['one of an IPv6 block', '2001:db8::/32', '2001:db8:ffff::1', true],
  ['one after an IPv6 block', '2001:db8::/32', '2001:db9::', false],
  ['an IPv4 address mapped into IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
  ['a mapped address of a block', '192.0.2.0/24', '::FFFF:192.0.2.9', true],
  ['a mapped address where the rule is mapped', '::ffff:192.0.2.1', '192.0.2.1', true],
  ['another mapped address', '192.0.2.1', '::ffff:192.0.2.2', false],
  ['an IPv6 address that only ends as a mapped one does', '192.0.2.1', '1::ffff:192.0.2.1', false],
  ['a mapped address with something behind it', '192.0.2.1', '::ffff:192.0.2.1, 198.51.100.1', false],
  ['no address', '0.0.0.0/0', '', false],
  ['what is no address', '0.0.0.0/0', 'localhost', false],
])('of %s: %s, given %s: %s', (_, rule, address, among) => {
  expect(isAmong([rule], address)).toBe(among);
  expect(isAmong(['203.0.113.7', rule], address)).toBe(among);
});

test('every array of rules is a list of its own', () => {
  const [one, other] = [['192.0.2.1'], ['192.0.2.2']];
  const among = [one, other, one].map((rules) => isAmong(rules, '192.0.2.1'));
  expect(among).toEqual([true, false, true]);
});

test('an empty list holds no address', () => {
  expect(isAmong([], '192.0.2.1')).toBe(false);
});
