import { expect, test } from 'vitest';
import { readOptions } from '../../../bench/soak/options.ts';

test('ten minutes of 50 calls a second, if nothing else is said', () => {
  expect(readOptions([])).toEqual({ minutes: 10, rps: 50, json: false, help: false });
});

test('minutes may be fractions', () => {
  expect(readOptions(['--minutes', '0.25', '--rps', '20', '--json'])).toMatchObject({
    minutes: 0.25,
    rps: 20,
    json: true,
  });
});

test.each([
  [['--minutes', '0'], '--minutes is "0"; allowed is a number from 0.1 to 1440'],
  [['--minutes', 'ten'], '--minutes is "ten"; allowed is a number from 0.1 to 1440'],
  [['--minutes', '1e3'], '--minutes is "1e3"; allowed is a number from 0.1 to 1440'],
  [['--rps', '1.5'], '--rps is "1.5"; allowed is a whole number from 1 to 1000'],
  [['--rps', '1001'], '--rps is "1001"; allowed is a whole number from 1 to 1000'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
