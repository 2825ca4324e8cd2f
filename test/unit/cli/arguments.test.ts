import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { keyId, moment, quota, rateLimit, several, wholeNumber } from '../../../cli/support/arguments.ts';

describe('a command line gives', () => {
  test.each([
    ['a day', moment, '2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['a moment without a zone, in UTC', moment, '2026-11-23T12:30', '2026-11-23T12:30:00.000Z'],
    ['a moment with a zone', moment, '2026-11-23T12:30:05+02:00', '2026-11-23T10:30:05.000Z'],
    ['a limit', rateLimit, 'burst=10/1', { name: 'burst', limit: 10, windowSeconds: 1 }],
    ['a quota', quota, '1000/day', { limit: 1_000, period: 'day' }],
    ['a key id in lower case', keyId, '01kapz0000000000000000000a', '01KAPZ0000000000000000000A'],
    ['a number', wholeNumber(0, 5), '5', 5],
  ])('%s', (_, read, text, value) => {
    expect((read as (text: string) => unknown)(text)).toEqual(value);
  });

  test.each([
    ['no such day', moment, '2026-13-01'],
    ['a day of another form', moment, '23.11.2026'],
    ['a limit without a window', rateLimit, 'burst=10'],
    ['a limit without a name', rateLimit, '=10/1'],
    ['a quota of no calls', quota, '0/day'],
    ['a quota of another period', quota, '5/week'],
    ['a key id that is too short', keyId, '01KAPZ'],
    ['a number that is too great', wholeNumber(0, 5), '6'],
    ['a number that is none', wholeNumber(0, 5), ''],
    ['a number that is not whole', wholeNumber(0, 5), '1.5'],
  ])('%s, and hears what is allowed', (_, read, text) => {
    expect(() => (read as (text: string) => unknown)(text)).toThrow(InvalidArgumentError);
    expect(() => (read as (text: string) => unknown)(text)).toThrow(/^Allowed is /);
  });

  test('an option several times', () => {
    const read = several(Number);
    expect(read('2', read('1'))).toEqual([1, 2]);
  });
});
