import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountedCall, countersOf } from '../../../lib/usage/counters.ts';
import { GRAINS, type Granularity, periodPrefix, periodStart } from '../../../lib/usage/granularity.ts';
import { type Narrowing, summarize } from '../../../lib/usage/report.ts';
import type { Span } from '../../../lib/usage/span.ts';
import type { UsageItem } from '../../../lib/usage/usage.store.ts';
import { exactQuantile } from '../../support/quantile.ts';
import { NOW } from '../../support/records.ts';
import { anyCall, KEY_IDS, naiveStats, naiveStatuses, ROUTES } from '../../support/usage-calls.ts';

const KEYS = [
  { keyId: KEY_IDS[0] ?? '', name: 'shop' },
  { keyId: '01KAPZ0000000000000000000Z', name: 'never used' },
];

/** One item a call: as many of the same period and route add up as do counters in one. */
const itemOf = (call: CountedCall, granularity: Granularity): UsageItem => ({
  period: periodPrefix(granularity, call.at),
  keyId: call.keyId,
  route: call.route,
  counters: Object.entries(countersOf(call)),
});

const spanOf = (granularity: Granularity): Span => {
  const { ms } = GRAINS[granularity];
  return { from: periodStart(granularity, NOW), to: periodStart(granularity, NOW + 3 * 3_600_000) + ms, granularity };
};

function reportOf(calls: readonly CountedCall[], span: Span, narrowing?: Narrowing) {
  const summary = summarize(span, narrowing);
  for (const call of calls) summary.add(itemOf(call, span.granularity));
  return summary.report(KEYS);
}

/** Stats as the naive count has them. */
const flat = ({ latencyMs, ...stats }: ReturnType<typeof reportOf>['totals']) => ({
  ...stats,
  mean: latencyMs?.mean ?? null,
});

const calls = fc.array(anyCall(['ada@example.com']), { maxLength: 80 });
const granularity = fc.constantFrom<Granularity>('minute', 'hour', 'day');

describe('a report', () => {
  test('adds up as if each call were counted one by one: totals, series, routes, keys, statuses', () => {
    fc.assert(
      fc.property(calls, granularity, (given, by) => {
        const span = spanOf(by);
        const { totals, series, routes, keys, statuses } = reportOf(given, span);
        expect(flat(totals)).toEqual(naiveStats(given));
        expect(statuses).toEqual(naiveStatuses(given));
        for (const { at, ...stats } of series) {
          const within = given.filter((call) => periodStart(by, call.at) === Date.parse(at));
          expect(flat(stats)).toEqual(naiveStats(within));
        }
        expect(routes.map(({ route }) => route).sort()).toEqual([...new Set(given.map(({ route }) => route))].sort());
        for (const { route, ...stats } of routes) {
          expect(flat(stats)).toEqual(naiveStats(given.filter((call) => call.route === route)));
        }
        for (const { keyId, name, ...stats } of keys) {
          expect(flat(stats)).toEqual(naiveStats(given.filter((call) => call.keyId === keyId)));
          expect(name).toBe(KEYS.find((key) => key.keyId === keyId)?.name ?? '');
        }
        const shown = new Set([...KEYS, ...given].map(({ keyId }) => keyId));
        expect(keys.map(({ keyId }) => keyId).sort()).toEqual([...shown].sort());
      }),
    );
  });

  test('has percentiles within 5 % of the exact ones', () => {
    fc.assert(
      fc.property(calls, (given) => {
        const { latencyMs } = reportOf(given, spanOf('hour')).totals;
        const latencies = given.filter(({ rejected }) => !rejected).map(({ latency = 0 }) => latency);
        expect(latencyMs === null).toBe(latencies.length === 0);
        if (latencies.length === 0) return;
        for (const [name, share] of Object.entries({ p50: 0.5, p95: 0.95, p99: 0.99, max: 1 })) {
          const exact = exactQuantile(latencies, share);
          const estimate = latencyMs?.[name as 'p50'] ?? Number.NaN;
          expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(0.05 * exact);
        }
      }),
    );
  });

  test('is of one key or one route where it is narrowed to it', () => {
    fc.assert(
      fc.property(
        calls,
        fc.constantFrom(undefined, ...KEY_IDS),
        fc.constantFrom(undefined, ...ROUTES),
        (given, keyId, route) => {
          const { totals, keys } = reportOf(given, spanOf('day'), { keyId, route });
          const of = given.filter((call) => (!keyId || call.keyId === keyId) && (!route || call.route === route));
          expect(flat(totals)).toEqual(naiveStats(of));
          if (keyId) expect(keys.map((key) => key.keyId)).toEqual([keyId]);
        },
      ),
    );
  });

  test.each<[Granularity, number]>([
    ['minute', 181],
    ['hour', 4],
    ['day', 1],
  ])('by %s has every period of its span, also those without a call', (by, length) => {
    const span = spanOf(by);
    const { series, totals } = reportOf([], span);
    expect(series.map(({ at }) => Date.parse(at))).toEqual(
      Array.from({ length }, (_, i) => span.from + i * GRAINS[by].ms),
    );
    expect(totals).toEqual({ requests: 0, errors: 0, errorRate: 0, rejected: 0, credits: 0, latencyMs: null });
  });

  test('has the busiest route and key first', () => {
    const [a = '', b = ''] = ROUTES;
    const call = { email: 'ada@example.com', at: NOW, status: 200, rejected: false, credits: 0, latency: 1 };
    const given = [a, b, b].map((route, i) => ({ ...call, route, keyId: KEY_IDS[Math.min(i, 1)] ?? '' }));
    const { routes, keys } = reportOf(given, spanOf('hour'));
    expect(routes.map(({ route }) => route)).toEqual([b, a]);
    expect(keys.map(({ requests }) => requests)).toEqual([2, 1, 0]);
  });
});

test('cells, where they are asked for, tell of each route by each key, and add up to the totals', () => {
  fc.assert(
    fc.property(calls, (given) => {
      const span = spanOf('hour');
      expect(reportOf(given, span).cells).toBeUndefined();
      const { cells = [], totals } = reportOf(given, span, { detail: 'cells' });
      expect(cells.reduce((sum, { requests }) => sum + requests, 0)).toBe(totals.requests);
      for (const { keyId, route, requests } of cells) {
        expect(reportOf(given, span, { keyId, route }).totals.requests).toBe(requests);
      }
    }),
  );
});
