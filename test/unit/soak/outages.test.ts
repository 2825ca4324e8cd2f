import { beforeEach, describe, expect, test } from 'vitest';
import { Outages } from '../../../bench/soak/outages.ts';

/** The engine is killed at 100, is gone at 110, is started at 200 and answers at 220. */
let outages: Outages;
beforeEach(() => {
  outages = new Outages();
  outages.restartBegins(100);
  outages.engineGone(110);
  outages.engineReturns(200);
  outages.restartEnds(220);
});

describe('what became of a call', () => {
  test.each([
    { status: 200, beganAt: 0, endedAt: 9, outcome: 'accepted', why: 'it was answered so' },
    { status: 429, beganAt: 0, endedAt: 9, outcome: 'refused', why: 'it was answered so' },
    { status: 503, beganAt: 90, endedAt: 120, outcome: 'unknown', why: 'the engine may have written before it went' },
    {
      status: 503,
      beganAt: 110,
      endedAt: 200,
      outcome: 'unsent',
      why: 'there was no engine from its begin to its end',
    },
    { status: 503, beganAt: 110, endedAt: 201, outcome: 'unknown', why: 'its last attempt may have found the engine' },
    { status: 500, beganAt: 900, endedAt: 910, outcome: 'unknown', why: 'it failed somewhere' },
    { failure: 'ECONNREFUSED', beganAt: 0, endedAt: 9, outcome: 'unsent', why: 'nobody listened' },
    { failure: 'UND_ERR_SOCKET', beganAt: 0, endedAt: 9, outcome: 'unknown', why: 'it was cut off' },
    { failure: 'ECONNRESET', beganAt: 120, endedAt: 130, outcome: 'unknown', why: 'it was cut off' },
    { failure: 'TimeoutError', beganAt: 0, endedAt: 20_000, outcome: 'unknown', why: 'nobody answered' },
  ])('$status$failure from $beganAt to $endedAt is $outcome: $why', ({ outcome, why: _, ...call }) => {
    expect(outages.outcomeOf(call)).toBe(outcome);
  });

  test('while the engine is away nothing is charged, and from when it returns it may be', () => {
    outages.engineGone(1_000);
    expect(outages.outcomeOf({ status: 503, beganAt: 1_001, endedAt: 1_002 })).toBe('unsent');
    outages.engineReturns(1_100);
    expect(outages.outcomeOf({ status: 503, beganAt: 1_001, endedAt: 1_101 })).toBe('unknown');
  });
});

test('a failure is explained by a restart under way, and by one that has just ended', () => {
  const explained = (beganAt: number, endedAt: number) => outages.explains({ beganAt, endedAt });
  expect([explained(0, 99), explained(0, 100), explained(150, 160), explained(5_220, 9_000)]).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect(explained(5_221, 5_222)).toBe(false);
});
