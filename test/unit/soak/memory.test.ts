import { expect, test } from 'vitest';
import { memoryTrend } from '../../../bench/soak/memory.ts';

/** A sample a second. */
const samples = (bytes: (second: number) => number, seconds = 90) =>
  Array.from({ length: seconds }, (_, second) => ({ at: second * 1_000, bytes: bytes(second) }));

const flat = (bytes: (second: number) => number, seconds?: number) =>
  memoryTrend(samples(bytes, seconds), 0, (seconds ?? 90) * 1_000).isFlat;

test.each([
  { what: 'what warms up in the first third', bytes: (s: number) => Math.min(s, 30) * 10, isFlat: true },
  { what: 'a sawtooth', bytes: (s: number) => 100 + (s % 10) * 20, isFlat: true },
  { what: 'single peaks', bytes: (s: number) => (s % 9 === 0 ? 900 : 100), isFlat: true },
  { what: 'growth of 10 %', bytes: (s: number) => (s < 60 ? 100 : 110), isFlat: true },
  { what: 'a fall of 11 %', bytes: (s: number) => (s < 60 ? 100 : 89), isFlat: false },
  { what: 'growth of 11 %', bytes: (s: number) => (s < 60 ? 100 : 111), isFlat: false },
  { what: 'a slow leak', bytes: (s: number) => 100 + s, isFlat: false },
  { what: 'nothing seen', bytes: () => 0, isFlat: false },
])('$what is flat: $isFlat', ({ bytes, isFlat }) => {
  expect(flat(bytes)).toBe(isFlat);
});

test('what is before the stretch or after it does not count', () => {
  const trend = memoryTrend(
    samples((s) => (s < 100 || s >= 190 ? 900 : 100), 300),
    100_000,
    190_000,
  );
  expect(trend).toEqual({ middle: 100, last: 100, growth: 0, isFlat: true });
});

test('a stretch of which a third has less than 20 s is told and not judged', () => {
  expect(flat(() => 100, 60)).toBe(true);
  expect(
    memoryTrend(
      samples((s) => 100 + s, 59),
      0,
      59_000,
    ),
  ).not.toHaveProperty('isFlat');
});
