import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowance, fits, remaining, secondsUntilFits, type WindowState } from '../../../lib/metering/windows.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

const states = fc.record({
  limit: fc.integer({ min: 1, max: 1_000 }),
  windowSeconds: fc.constantFrom(1, 2, 7, 60, 3_600, 86_400),
  previous: fc.integer({ min: 0, max: 1_500 }),
  current: fc.integer({ min: 0, max: 1_500 }),
});
const moments = fc.integer({ min: 0, max: 4_000_000_000_000 });
const costs = fc.integer({ min: 1, max: 1_200 });

describe('allowance', () => {
  const state = { limit: 10, windowSeconds: 60, previous: 10 };
  test.each([
    { at: 0, allowed: 0 },
    { at: 1, allowed: 0 },
    { at: 5_999, allowed: 0 },
    { at: 6_000, allowed: 1 },
    { at: 30_000, allowed: 5 },
    { at: 59_999, allowed: 9 },
    { at: 60_000, allowed: 0 },
  ])('$at ms into the window, of 10 calls in the last one, $allowed are left', ({ at, allowed }) => {
    expect(allowance(state, NOON + at)).toBe(allowed);
  });

  test('a limit that was lowered below what was counted leaves nothing, not less', () => {
    expect(remaining({ ...state, limit: 3, current: 8 }, NOON)).toBe(0);
  });
});

describe('secondsUntilFits', () => {
  test('is exact: after it the call fits, one second less does not do', () => {
    fc.assert(
      fc.property(states, costs, moments, (state: WindowState, cost, now) => {
        const seconds = secondsUntilFits(state, cost, now);
        if (cost > state.limit) return seconds === undefined;
        if (seconds === undefined) return false;
        const before = seconds === 0 || !fits(state, cost, now, now + (seconds - 1) * 1_000);
        return before && fits(state, cost, now, now + seconds * 1_000);
      }),
      { numRuns: 5_000 },
    );
  });

  test('what fits at one moment fits at every later one, if nothing is charged', () => {
    fc.assert(
      fc.property(states, costs, moments, fc.nat(200_000), fc.nat(200_000), (state, cost, now, sooner, later) => {
        if (!fits(state, cost, now, now + sooner)) return true;
        return fits(state, cost, now, now + sooner + later);
      }),
      { numRuns: 5_000 },
    );
  });
});

test('never more than the limit is accepted in any aligned window, nor in any window by the weighted count', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1, 10),
      fc.array(fc.record({ wait: fc.nat(3_000), cost: fc.integer({ min: 1, max: 3 }) }), { maxLength: 200 }),
      (limit, windowSeconds, calls) => {
        const counts = new Map<number, number>();
        let now = NOON;
        for (const { wait, cost } of calls) {
          now += wait;
          const index = Math.floor(now / (windowSeconds * 1_000));
          const previous = counts.get(index - 1) ?? 0;
          const current = counts.get(index) ?? 0;
          if (fits({ limit, windowSeconds, previous, current }, cost, now)) counts.set(index, current + cost);
        }
        return [...counts.values()].every((count) => count <= limit);
      },
    ),
  );
});
