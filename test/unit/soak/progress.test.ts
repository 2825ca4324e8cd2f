import { expect, test } from 'vitest';
import { soakProgress } from '../../../bench/soak/progress.ts';

test('a soak tells how far it is by the clock, and what has happened', () => {
  expect(soakProgress(400, 600_000, '9 calls')).toBe('0:00 of 10:00: 9 calls');
  expect(soakProgress(61_000, 600_000, '9 calls')).toBe('1:01 of 10:00: 9 calls');
});
