import { expect, test } from 'vitest';
import { timetable } from '../../../bench/soak/timetable.ts';

test.each([
  [0.1, ['engine SIGKILL', 'gateway SIGTERM']],
  [1, ['engine SIGKILL', 'gateway SIGTERM', 'engine SIGKILL', 'gateway SIGKILL']],
])('%d minutes have these restarts', (minutes, expected) => {
  expect(timetable(minutes).restarts.map(({ part, signal }) => `${part} ${signal}`)).toEqual(expected);
});

test('ten minutes have ten, even and in the first half, and two fifths of the time without any', () => {
  const { restarts, endsAt, quietMs } = timetable(10);
  expect(restarts.map(({ at }) => at / 1_000)).toEqual([15, 45, 75, 105, 135, 165, 195, 225, 255, 285]);
  expect({ endsAt, quietMs }).toEqual({ endsAt: 600_000, quietMs: 240_000 });
});
