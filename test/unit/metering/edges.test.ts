import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cell, type HotItem, hot } from '../../../lib/accounts/account.ts';
import { PLANS, type Plan } from '../../../lib/accounts/plans.ts';
import type { Period, Quota } from '../../../lib/keys/key.ts';
import { DEFAULT_TERMS } from '../../../lib/metering/call.ts';
import { type Decision, decide } from '../../../lib/metering/decide.ts';
import { periodIndex } from '../../../lib/metering/periods.ts';
import type { RefusalCode } from '../../../lib/metering/verdict.ts';
import { windowIndex } from '../../../lib/metering/windows.ts';
import { accountWith, callWith, keyWith, slotOf } from '../../support/records.ts';

const DAY = 86_400;
/** The beginning of a day, an hour, a minute and a second. */
const START = Date.UTC(2026, 10, 23);
const SLOT = slotOf('0');

/** What one call meets: the moment, what the account holds, and the limits. */
interface State {
  readonly now: number;
  readonly item?: HotItem;
  /** The key's own limit. */
  readonly limit?: number;
  readonly windowSeconds?: number;
  readonly quota?: Quota;
  readonly included?: number;
  readonly cost?: number;
  /** When the account was seen. @default - now */
  readonly seenAt?: number;
}

/** Judges by the limits of a state alone: the plan adds none. */
function judge({ now, item, limit, windowSeconds = 60, quota, included = 1_000, cost = 1, seenAt = now }: State) {
  const plan: Plan = { ...PLANS.free, rateLimits: [], quota: null, includedCredits: included };
  const rateLimits = limit === undefined ? [] : [{ name: 'own', limit, windowSeconds }];
  return decide(
    callWith({
      now,
      seenAt,
      plan,
      key: keyWith({ rateLimits, quota: quota ?? null }),
      account: accountWith({ v: 1, k0: 1, n0: 0, ...item }),
      terms: { ...DEFAULT_TERMS, cost },
    }),
  );
}

const windowCell = (windowSeconds: number, at: number) => cell(hot.keyWindow(SLOT, 0), windowIndex(windowSeconds, at));
const quotaCell = (period: Period, at: number) => cell(hot.keyQuota(SLOT, period), periodIndex(period, at));
const spentCell = (at: number) => cell(hot.includedSpent, periodIndex('month', at));

/** A refusal that is `to be judged again` reaches no caller: what it says of time is a guess. */
type Expected = 'allowed' | 'to be judged again' | { readonly code: RefusalCode; readonly retryAfter?: number };

function outcome(decision: Decision): Expected {
  if (decision.kind === 'allow') return 'allowed';
  return decision.refusal.provisional ? 'to be judged again' : decision.refusal;
}
const limited = (retryAfter: number): Expected => ({ code: 'rate_limited', retryAfter });
const overQuota = (retryAfter: number): Expected => ({ code: 'quota_exceeded', retryAfter });

type Row = readonly [title: string, state: State, expected: Expected];

/** A refusal with `retryAfter` must hold until that very second, to the second. */
function check(state: State, expected: Expected): void {
  expect(outcome(judge(state))).toEqual(expected);
  if (typeof expected === 'string' || expected.retryAfter === undefined) return;
  const after = (seconds: number) => {
    const now = state.now + seconds * 1_000;
    return outcome(judge({ ...state, now, seenAt: now }));
  };
  expect(after(expected.retryAfter)).toBe('allowed');
  expect(after(expected.retryAfter - 1)).toMatchObject({ code: expected.code });
}

/** What an allowed call charges an attribute: how much, and up to what. */
function charged(state: State, attribute: string) {
  const decision = judge(state);
  if (decision.kind !== 'allow')
    throw new Error(`expected a call that is allowed, was answered ${decision.refusal.code}`);
  const charge = decision.charges.find((candidate) => candidate.attribute === attribute);
  return charge && 'amount' in charge ? charge : charge?.kind;
}

describe.each([
  { windowSeconds: 1, last: 1, first: 1 },
  { windowSeconds: 60, last: 7, first: 6 },
  { windowSeconds: DAY, last: 8_641, first: 8_640 },
])('where a window of $windowSeconds s rolls over', ({ windowSeconds, last, first }) => {
  const length = windowSeconds * 1_000;
  const end = START + length;
  const holding = (count: number) => ({
    limit: 10,
    windowSeconds,
    item: { [windowCell(windowSeconds, START)]: count },
  });

  test.each<Row>([
    ['the last millisecond of a full one is refused', { ...holding(10), now: end - 1 }, limited(last)],
    ['the first of the next is still refused', { ...holding(10), now: end }, limited(first)],
    ['the last place is given in the last millisecond', { ...holding(9), now: end - 1 }, 'allowed'],
    ['the place of one left is given in the first', { ...holding(9), now: end }, 'allowed'],
    ['nothing is left of it two windows later', { ...holding(10), now: end + length, cost: 10 }, 'allowed'],
    ['a millisecond before that, nine tenths are free', { ...holding(10), now: end + length - 1, cost: 9 }, 'allowed'],
  ])('%s', (_, state, expected) => check(state, expected));

  test('a call is counted in the window of its very millisecond', () => {
    expect(charged({ ...holding(1), now: end - 1 }, windowCell(windowSeconds, START))).toMatchObject({ amount: 1 });
    expect(charged({ ...holding(1), now: end }, windowCell(windowSeconds, end))).toMatchObject({ amount: 1 });
  });

  test('the count of the last window stays, the one before it is cleared', () => {
    const item = {
      [windowCell(windowSeconds, START - 1)]: 3,
      [windowCell(windowSeconds, START)]: 3,
      [windowCell(windowSeconds, end)]: 3,
    };
    const state = { limit: 10, windowSeconds, item, now: end };
    expect(charged(state, windowCell(windowSeconds, START - 1))).toBe('remove');
    expect(charged(state, windowCell(windowSeconds, START))).toBeUndefined();
  });
});

describe.each([
  { windowSeconds: 1, wait: 1 },
  { windowSeconds: 60, wait: 8 },
  { windowSeconds: DAY, wait: 10_800 },
])('of eight calls in the last window of $windowSeconds s', ({ windowSeconds, wait }) => {
  test.each([
    { quarter: 0, allowed: 0 },
    { quarter: 1, allowed: 2 },
    { quarter: 2, allowed: 4 },
    { quarter: 3, allowed: 6 },
  ])('those after $quarter quarters leave $allowed, and one less a millisecond sooner', ({ quarter, allowed }) => {
    const now = START + (quarter * windowSeconds * 1_000) / 4;
    const current = windowCell(windowSeconds, now);
    const state = (count: number): State => ({
      now,
      limit: 8,
      windowSeconds,
      item: { [windowCell(windowSeconds, START - 1)]: 8, [current]: count },
    });
    check(state(allowed), limited(wait));
    if (allowed === 0) return;
    expect(charged(state(allowed - 1), current)).toMatchObject({ atMost: allowed });
    expect(outcome(judge({ ...state(allowed - 1), now: now - 1 }))).toMatchObject({ code: 'rate_limited' });
  });
});

describe('a limit and a cost', () => {
  const holding = (count: number, at = START) => ({ [windowCell(60, at)]: count });
  const last = (count: number) => holding(count, START - 1);

  test.each<Row>([
    ['a cost above the limit never fits', { now: START, limit: 10, cost: 11 }, { code: 'rate_limited' }],
    ['a cost equal to the limit fits an unused one', { now: START, limit: 10, cost: 10 }, 'allowed'],
    [
      'a cost equal to the limit waits for both windows after any call',
      { now: START + 30_000, limit: 10, cost: 10, item: holding(1) },
      limited(90),
    ],
    [
      'a cost equal to the limit waits for this window after a call in the last one',
      { now: START + 1, limit: 10, cost: 10, item: last(1) },
      limited(60),
    ],
    ['a cost of 0 weighs 1: it fits the last place', { now: START, limit: 10, cost: 0, item: holding(9) }, 'allowed'],
    ['a cost of 0 does not fit a full window', { now: START, limit: 10, cost: 0, item: holding(10) }, limited(66)],
    [
      'a limit lowered below this window’s count waits until enough of it has passed',
      { now: START + 10_000, limit: 5, item: holding(8) },
      limited(80),
    ],
    [
      'a limit lowered below the last window’s count waits until enough of it has passed',
      { now: START + 10_000, limit: 5, item: last(8) },
      limited(20),
    ],
    ['a raised limit has room at once', { now: START, limit: 11, item: holding(10) }, 'allowed'],
    [
      'a limit whose last window is not known to the end is judged again',
      { now: START, limit: 5, item: last(0), seenAt: START - 1 },
      'to be judged again',
    ],
    [
      'a lowered one, whose last window was seen above it, too',
      { now: START + 30_000, limit: 5, item: last(8), seenAt: START - 1 },
      'to be judged again',
    ],
    [
      'one that has room whatever the last window came to is not',
      { now: START + 30_000, limit: 5, item: last(2), seenAt: START - 1 },
      'allowed',
    ],
    [
      'one that has no room if others went on as in the last window is',
      { now: START + 30_000, limit: 10, item: last(9), seenAt: START - 1 },
      'to be judged again',
    ],
  ])('%s', (_, state, expected) => check(state, expected));
});

describe('a container whose clock is 5 s behind another’s', () => {
  const behind = START - 3_000;
  const ahead = START + 2_000;

  test('adds to the window that the other calls the last what that had left, and no more', () => {
    const item = { [windowCell(60, behind)]: 6, [windowCell(60, ahead)]: 4 };
    const state = { limit: 10, item };
    expect(charged({ ...state, now: behind }, windowCell(60, behind))).toMatchObject({ atMost: 10 });
    expect(charged({ ...state, now: behind, cost: 4 }, windowCell(60, ahead))).toBeUndefined();
    expect(outcome(judge({ ...state, now: behind, cost: 5 }))).toMatchObject({ code: 'rate_limited' });
  });

  test('takes what it added from the room of the other, from its next look on', () => {
    const late = { [windowCell(60, behind)]: 10, [windowCell(60, ahead)]: 0 };
    check({ limit: 10, now: ahead, item: late }, limited(4));
    check({ limit: 10, now: ahead, item: { ...late, [windowCell(60, behind)]: 6 }, cost: 4 }, 'allowed');
  });

  test('does not clear what the other counts', () => {
    for (const windowSeconds of [1, 60]) {
      const attribute = windowCell(windowSeconds, ahead);
      const state = { limit: 10, windowSeconds, item: { [attribute]: 4 }, now: behind };
      expect(charged(state, attribute)).toBeUndefined();
    }
  });

  test('in windows of 1 s counts apart: at most the limit, between two charges of the other, which clear its count', () => {
    const left = windowCell(1, behind);
    const state = { limit: 10, windowSeconds: 1, item: { [windowCell(1, ahead)]: 10 } };
    expect(charged({ ...state, now: behind }, left)).toMatchObject({ atMost: 10 });
    check({ ...state, now: behind, item: { ...state.item, [left]: 10 } }, limited(2));
    expect(charged({ ...state, now: ahead, item: { [left]: 10 } }, left)).toBe('remove');
  });

  test('spends at the turn of a month what the old month had left, and no more', () => {
    const january = Date.UTC(2027, 0, 1);
    const item = { [spentCell(january - 3_000)]: 8, [spentCell(january)]: 1 };
    const state = { now: january - 3_000, included: 10, item };
    expect(charged({ ...state, cost: 2 }, spentCell(state.now))).toMatchObject({ amount: 2, atMost: 10 });
    expect(outcome(judge({ ...state, cost: 3 }))).toEqual({ code: 'insufficient_credits' });
    expect(charged({ ...state, cost: 2 }, spentCell(january))).toBeUndefined();
  });
});

describe.each(['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Kiritimati'])(
  'whatever the zone of the machine, as in %s,',
  (zone) => {
    beforeAll(() => vi.stubEnv('TZ', zone));
    afterAll(() => vi.unstubAllEnvs());

    test('which this machine then keeps', () => {
      const hours = new Intl.DateTimeFormat('en', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
      expect(new Date(START).getHours()).toBe(Number(hours.format(START)));
    });

    test.each<[string, Period, number]>([
      ['2027-01-31T00:00:00.000Z', 'month', DAY],
      ['2027-01-31T23:59:59.999Z', 'month', 1],
      ['2027-04-30T00:00:00.000Z', 'month', DAY],
      ['2027-04-30T23:59:58.999Z', 'month', 2],
      ['2027-04-30T23:59:59.000Z', 'month', 1],
      ['2027-02-28T00:00:00.000Z', 'month', DAY],
      ['2028-02-28T00:00:00.000Z', 'month', 2 * DAY],
      ['2028-02-29T00:00:00.000Z', 'month', DAY],
      ['2028-02-29T23:59:59.999Z', 'month', 1],
      ['2100-02-28T00:00:00.000Z', 'month', DAY],
      ['2026-12-31T23:59:59.999Z', 'month', 1],
      ['2027-01-01T00:00:00.000Z', 'month', 31 * DAY],
      ['2028-02-28T23:59:59.999Z', 'day', 1],
      ['2028-02-29T00:00:00.000Z', 'day', DAY],
      ['2028-02-29T23:59:59.999Z', 'day', 1],
      ['2026-12-31T12:00:00.000Z', 'day', DAY / 2],
      // Days on which New York, Berlin and Lord Howe turn their clocks, before and after they do.
      ['2027-03-14T06:59:59.999Z', 'day', 61_201],
      ['2027-03-14T07:00:00.000Z', 'day', 61_200],
      ['2026-11-01T05:30:00.000Z', 'day', 66_600],
      ['2026-11-01T06:30:00.000Z', 'day', 63_000],
      ['2027-03-28T00:59:59.999Z', 'day', 82_801],
      ['2027-03-28T01:00:00.000Z', 'day', 82_800],
      ['2026-10-25T00:30:00.000Z', 'day', 84_600],
      ['2026-10-25T01:30:00.000Z', 'day', 81_000],
      ['2027-04-03T15:00:00.000Z', 'day', 32_400],
    ])('a spent quota opens at the end of its UTC period: at %s, per %s, after %i s', (text, period, wait) => {
      const now = Date.parse(text);
      const quota = { limit: 10, period };
      check({ now, quota, item: { [quotaCell(period, now)]: 10 } }, overQuota(wait));
      const next = now + wait * 1_000;
      const state = { now: next, quota, item: { [quotaCell(period, now)]: 10 } };
      expect(charged(state, quotaCell(period, now))).toBe('remove');
      expect(charged(state, quotaCell(period, next))).toMatchObject({ amount: 1, atMost: 10 });
    });

    test.each(['2028-02-29T23:59:59.999Z', '2026-12-31T23:59:59.999Z', '2027-03-31T23:59:59.999Z'])(
      'included credits return one millisecond after %s',
      (text) => {
        const now = Date.parse(text);
        const item = { [spentCell(now)]: 10 };
        check({ now, included: 10, item }, { code: 'insufficient_credits' });
        check({ now: now + 1, included: 10, item }, 'allowed');
      },
    );
  },
);

describe('a quota', () => {
  const now = START;
  const quota: Quota = { limit: 10, period: 'day' };
  const used = (count: number) => ({ now, quota, item: { [quotaCell('day', now)]: count } });

  test.each<Row>([
    ['gives its last call', used(9), 'allowed'],
    ['gives none when it is reached', used(10), overQuota(DAY)],
    ['gives none when it was lowered below its count', used(11), overQuota(DAY)],
    ['counts a call once, whatever it costs', { ...used(9), cost: 100 }, 'allowed'],
    ['counts a call that is free', { ...used(10), cost: 0 }, overQuota(DAY)],
  ])('%s', (_, state, expected) => check(state, expected));
});

describe('credits', () => {
  const now = START;
  const left = (included: number, purchased: number) => ({
    now,
    included: 100,
    item: { [spentCell(now)]: 100 - included, c: purchased },
  });
  const none: Expected = { code: 'insufficient_credits' };

  test.each<[string, State, Expected, number, number]>([
    ['included ones, to the last', { ...left(5, 0), cost: 5 }, 'allowed', 5, 0],
    ['included ones, one short', { ...left(4, 0), cost: 5 }, none, 0, 0],
    ['purchased ones, to the last', { ...left(0, 5), cost: 5 }, 'allowed', 0, 5],
    ['purchased ones, one short', { ...left(0, 4), cost: 5 }, none, 0, 0],
    ['both, to the last', { ...left(2, 3), cost: 5 }, 'allowed', 2, 3],
    ['both, one short', { ...left(2, 2), cost: 5 }, none, 0, 0],
    ['included ones before purchased ones', { ...left(5, 5), cost: 5 }, 'allowed', 5, 0],
    ['purchased ones where a smaller plan’s are overspent', { ...left(-7, 5), cost: 5 }, 'allowed', 0, 5],
    ['none for a call that is free', { ...left(0, 0), cost: 0 }, 'allowed', 0, 0],
  ])('pay for a call: %s', (_, state, expected, included, purchased) => {
    check(state, expected);
    if (expected !== 'allowed') return;
    const add = { kind: 'add', attribute: spentCell(now), amount: included, atMost: 100 };
    expect(charged(state, spentCell(now))).toEqual(included > 0 ? add : undefined);
    const take = { kind: 'take', attribute: 'c', amount: purchased };
    expect(charged(state, 'c')).toEqual(purchased > 0 ? take : undefined);
  });
});
