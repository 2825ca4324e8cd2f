import { describe, expect, test } from 'vitest';
import { driftOf, holds, Tally } from '../../../bench/soak/tally.ts';

/** What a client saw: 7 accepted, 2 refused, 1 without an answer, 1 that was never sent. */
function seen(): Tally {
  const tally = new Tally();
  const outcomes = [...Array(7).fill('accepted'), 'refused', 'refused', 'unknown', 'unsent'] as const;
  for (const outcome of outcomes) {
    tally.add(outcome);
    tally.addLine(outcome);
  }
  return tally;
}

describe('the exact counters', () => {
  test.each([
    { found: 6, drift: -1, what: 'a lost call' },
    { found: 7, drift: 0, what: 'every accepted call' },
    { found: 8, drift: 0, what: 'also the one without an answer' },
    { found: 9, drift: 1, what: 'a call counted twice' },
  ])('$found counted is a drift of $drift: $what', ({ found, drift }) => {
    expect(driftOf(seen().charged, found)).toBe(drift);
    expect(holds(seen().charged, found)).toBe(drift === 0);
  });

  test('without a call of unknown outcome a drift of one is found in either direction', () => {
    const tally = new Tally();
    tally.add('accepted', 5);
    tally.add('refused', 3);
    tally.add('unsent', 2);
    expect([4, 5, 6].map((found) => driftOf(tally.charged, found))).toEqual([-1, 0, 1]);
  });
});

describe('the analytics', () => {
  test('have a line of each answered call, refusals included, and perhaps one of a call without an answer', () => {
    expect([8, 9, 10, 11].map((found) => driftOf(seen().recorded, found))).toEqual([-1, 0, 0, 1]);
  });

  test('may lack what a killed gateway had in its memory, and no more', () => {
    const tally = seen();
    tally.atRisk = 2;
    expect([6, 7, 10, 11].map((found) => driftOf(tally.recorded, found))).toEqual([-1, 0, 0, 1]);
  });
});
