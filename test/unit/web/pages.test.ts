import { describe, expect, test } from 'vitest';
import type { EventEntry, Usage } from '../../../web/src/api/queries.ts';
import { sentenceOf } from '../../../web/src/pages/activity/sentence.ts';
import { burnDown } from '../../../web/src/pages/credits/projection.ts';
import { settingsOf } from '../../../web/src/pages/credits/top-up-settings.ts';
import { pointsOf } from '../../../web/src/pages/keys/points.ts';
import { spanOf } from '../../../web/src/pages/overview/span.ts';
import { toCsv } from '../../../web/src/pages/usage/csv.ts';
import { type Row, sorted } from '../../../web/src/pages/usage/rows.ts';
import { formatAgo, formatMs, formatPrice, leastUnits } from '../../../web/src/parts/format.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;

describe('what is exported', () => {
  test('is quoted where it must be, and is no formula in a spreadsheet', () => {
    expect(
      toCsv([
        ['Route', 'Key'],
        ['GET /a,b', '=HYPERLINK("x")'],
        ['@x', 'a"b'],
        ['-1', 7],
      ]),
    ).toBe('Route,Key\r\n"GET /a,b","\'=HYPERLINK(""x"")"\r\n\'@x,"a""b"\r\n\'-1,7\r\n');
  });
});

describe('rows', () => {
  const row = (route: string, p95: number | undefined): Row => ({
    keyId: 'k',
    key: 'shop',
    route,
    requests: 1,
    errors: 0,
    errorRate: 0,
    rejected: 0,
    credits: 0,
    latencyMs: p95 === undefined ? null : { mean: p95, p50: p95, p95, p99: p95, max: p95 },
  });

  test.each([
    [true, ['b', 'a', 'none']],
    [false, ['a', 'b', 'none']],
  ])('are sorted, descending: %s, and those without a value come last', (isDescending, expected) => {
    const rows = [row('none', undefined), row('a', 1), row('b', 20)];
    expect(sorted(rows, { column: 'p95', isDescending }).map(({ route }) => route)).toEqual(expected);
  });
});

describe('credits', () => {
  const stats = { requests: 0, errors: 0, errorRate: 0, rejected: 0, latencyMs: null };
  const series = (credits: number[]): Usage['series'] =>
    credits.map((spent, index) => ({
      ...stats,
      credits: spent,
      at: new Date(NOW - (credits.length - 1 - index) * DAY).toISOString(),
    }));

  test('are gone when the pace of the last seven days has spent them', () => {
    const { pace, goneAt, points } = burnDown({ series: series([900, 10, 10, 10, 10, 10, 10, 10]) }, 100, NOW);
    expect([pace, goneAt]).toEqual([10, NOW + 10 * DAY]);
    expect(points.slice(0, 8).map(({ Left }) => Left)).toEqual([170, 160, 150, 140, 130, 120, 110, 100]);
    expect(points.at(-1)?.Projected).toBe(0);
  });

  test('leave what is typed about top-ups alone when one is charged', () => {
    const topUp = { threshold: 1_000, pack: 'small', monthlyCap: 5_000, chargedThisMonth: 0, inFlight: false };
    expect(settingsOf({ topUp: { ...topUp, chargedThisMonth: 900, inFlight: true } })).toBe(settingsOf({ topUp }));
    expect(settingsOf({ topUp: { ...topUp, monthlyCap: 9_000 } })).not.toBe(settingsOf({ topUp }));
    expect(settingsOf({ topUp: null })).not.toBe(settingsOf({ topUp }));
  });

  test('last where nothing is spent', () => {
    expect(burnDown({ series: series([0, 0]) }, 100, NOW)).toMatchObject({ pace: 0, goneAt: undefined });
  });
});

test('a span of one’s own has both of its days whole', () => {
  expect(spanOf({ name: 'custom', from: '2026-11-01', to: '2026-11-02' })).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-03T00:00:00.000Z',
  });
  expect(spanOf({ name: 'custom', from: '', to: '' })).toEqual({ lastMs: 30 * DAY });
  expect(spanOf({ name: '1h', from: '', to: '' })).toEqual({ lastMs: 3_600_000 });
});

test('a line goes from edge to edge, its highest count at the top', () => {
  expect(pointsOf([0, 5, 10])).toBe('0.0,23.0 48.0,12.0 96.0,1.0');
  expect(pointsOf([])).toBe('');
});

test('numbers are as people read them', () => {
  expect([formatMs(0.44), formatMs(12.4), formatMs(1_240), formatMs(12_400)]).toEqual([
    '0.4 ms',
    '12 ms',
    '1.2 s',
    '12 s',
  ]);
  expect([formatPrice({ amount: 900, currency: 'usd' }), formatPrice({ amount: 900, currency: 'jpy' })]).toEqual([
    '$9.00',
    '¥900',
  ]);
  expect([leastUnits('usd'), leastUnits('jpy'), leastUnits('kwd')]).toEqual([100, 1, 1_000]);
  expect(formatAgo(new Date(NOW - 3 * DAY).toISOString(), NOW)).toBe('3 days ago');
});

describe('an event', () => {
  const event = (type: string, details: Record<string, unknown>): EventEntry =>
    ({ eventId: '', type, at: '', actor: {}, changes: {}, requestId: '', details }) as unknown as EventEntry;

  test.each([
    ['top_up.due', { left: 7, threshold: 1_000 }, '7 credits are left, your threshold is 1,000: a top-up is due'],
    ['top_up.due', { left: 7, needed: 10 }, '7 credits are left, a call needed 10: a top-up is due'],
    ['key.dreamt', {}, 'key.dreamt'],
  ])('%s with %j says: %s', (type, details, sentence) => {
    expect(sentenceOf(event(type, details))).toBe(sentence);
  });
});
