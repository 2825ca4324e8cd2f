import { describe, expect, test } from 'vitest';
import { logLine } from '../../../cli/demo/log-line.ts';
import { type Call, callsIn, hoursUntil } from '../../../cli/demo/month.ts';
import { createRandom } from '../../../cli/demo/random.ts';
import { INCIDENT, KEYS } from '../../../cli/demo/scene.ts';
import { ACCESS_LOG_FORMAT } from '../../../infra/access-log.ts';
import { readLine } from '../../../lib/usage/line.ts';

const NOW = Date.UTC(2026, 10, 24, 11, 20);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const keys = KEYS.map((scene, i) => ({ keyId: `01JD000000000000000000000${i}`, scene }));
const monthOf = (seed: string): Call[] => {
  const random = createRandom(seed);
  return hoursUntil(NOW, 30).flatMap((hour) => callsIn(hour, NOW, keys, random));
};
const month = monthOf('ada@example.com');
const named = (name: string) => keys.find(({ scene }) => scene.name === name)?.keyId;
const meanPerHour = (calls: readonly Call[], hour: number) =>
  calls.filter(({ at }) => new Date(at).getUTCHours() === hour).length;
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

describe('a month of calls', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(monthOf('ada@example.com')).toEqual(month);
    expect(monthOf('grace@example.com')).not.toEqual(month);
  });

  test('lies within the hours of its days, in order, and not in the future', () => {
    const hours = hoursUntil(NOW, 30);
    expect(hours).toHaveLength(720);
    expect(month.every(({ at }) => at >= (hours[0] ?? 0) && at < NOW)).toBe(true);
    for (const hour of hours.slice(-24)) {
      const times = callsIn(hour, NOW, keys, createRandom('x')).map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every((at) => at >= hour && at < hour + HOUR_MS)).toBe(true);
    }
  });

  test('has a day curve, weekends, and growth', () => {
    const storefront = month.filter(({ keyId }) => keyId === named('storefront'));
    expect(meanPerHour(storefront, 19)).toBeGreaterThan(5 * meanPerHour(storefront, 4));
    const staging = month.filter(({ keyId }) => keyId === named('staging'));
    const onWeekends = staging.filter(({ at }) => [0, 6].includes(new Date(at).getUTCDay()));
    expect(onWeekends.length).toBeLessThan(staging.length / 20);
    const week = (ago: number) =>
      storefront.filter(({ at }) => at >= NOW - ago * DAY_MS && at < NOW - (ago - 7) * DAY_MS).length;
    expect(week(7)).toBeGreaterThan(week(28) * 1.1);
  });

  test('has latencies of their own for each route, and refusals that never reached one', () => {
    const latencies = (route: string) =>
      month.filter((it) => it.route === route && it.code === 'allowed').map((it) => it.latency);
    expect(quantile(latencies('GET /api/products/{id}'), 0.5)).toBeLessThan(12);
    expect(quantile(latencies('GET /api/exports/{id}'), 0.5)).toBeGreaterThan(400);
    expect(quantile(latencies('POST /api/search'), 0.99)).toBeGreaterThan(
      3 * quantile(latencies('POST /api/search'), 0.5),
    );
    const refused = month.filter(({ code }) => code !== 'allowed');
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([403, 429]));
    expect(refused.every(({ credits, latency }) => credits === 0 && latency < 10)).toBe(true);
  });

  test('has a bad afternoon', () => {
    const day = new Date(NOW - INCIDENT.daysAgo * DAY_MS).toISOString().slice(0, 10);
    const failed = month.filter(({ status }) => status === 503).map(({ at }) => new Date(at).toISOString());
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.every((at) => at.startsWith(day))).toBe(true);
  });

  test('ends for the key that fell silent', () => {
    const last = Math.max(...month.filter(({ keyId }) => keyId === named('old partner feed')).map(({ at }) => at));
    expect(NOW - last).toBeGreaterThanOrEqual(9 * DAY_MS);
  });

  test('is read by what counts usage, as it is', () => {
    for (const call of month.filter((_, i) => i % 50 === 0)) {
      const line = logLine(ACCESS_LOG_FORMAT, 'ada@example.com', call, 'r1');
      const reading = readLine(line, call.at);
      const { at, keyId, route, status, credits, latency } = call;
      expect(reading).toMatchObject({
        kind: 'call',
        call: {
          email: 'ada@example.com',
          at,
          keyId,
          route,
          status,
          credits,
          latency,
          rejected: call.code !== 'allowed',
        },
      });
    }
  });
});
