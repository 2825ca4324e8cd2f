import { describe, expect, test } from 'vitest';
import { LONGEST_SPAN_MS, spanOf, totalsReport } from '../../../lib/usage/report.ts';
import { accountWith, keyWith, NOW, slotOf } from '../../support/records.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();

describe('spanOf', () => {
  test('is the last 30 days by default, by day', () => {
    expect(spanOf({}, NOW)).toEqual({ from: NOW - 30 * DAY, to: NOW, granularity: 'day' });
  });

  test('is the 30 days before an end that is given alone, and ends now if only its start is', () => {
    const to = NOW - 100 * DAY;
    expect(spanOf({ to: iso(to) }, NOW)).toMatchObject({ from: to - 30 * DAY, to });
    expect(spanOf({ from: iso(NOW - DAY) }, NOW)).toMatchObject({ from: NOW - DAY, to: NOW });
  });

  test.each([
    [1, 'minute'],
    [6 * HOUR, 'minute'],
    [6 * HOUR + 1, 'hour'],
    [14 * DAY, 'hour'],
    [14 * DAY + 1, 'day'],
    [LONGEST_SPAN_MS, 'day'],
  ])('of %i ms is by %s unless asked for another', (length, granularity) => {
    const query = { from: iso(NOW - length), to: iso(NOW) };
    expect(spanOf(query, NOW)).toEqual({ from: NOW - length, to: NOW, granularity });
    expect(spanOf({ ...query, granularity: 'day' }, NOW)).toMatchObject({ granularity: 'day' });
  });

  test('takes times of any zone', () => {
    expect(spanOf({ from: '2026-11-23T12:00:00+02:00', to: '2026-11-23T11:00:00Z' }, NOW)).toMatchObject({
      from: Date.UTC(2026, 10, 23, 10),
    });
  });

  test.each([
    ['ends before it starts', { from: iso(NOW), to: iso(NOW - 1) }, 'expected from before to'],
    ['is empty', { from: iso(NOW), to: iso(NOW) }, 'expected from before to'],
    ['starts in the future', { from: iso(NOW + 1) }, 'expected from before to'],
    ['is longer than two years', { from: iso(NOW - LONGEST_SPAN_MS - 1), to: iso(NOW) }, 'expected 2 years at most'],
  ])('says what is wrong with a span that %s', (_, query, message) => {
    expect(spanOf(query, NOW)).toEqual({ field: 'query.from', message: `Invalid span: ${message}` });
  });
});

describe('totalsReport', () => {
  const keys = [
    keyWith({ keyId: 'A', slot: slotOf('0') }),
    keyWith({ keyId: 'B', name: 'old', slot: null, revokedAt: NOW, totals: { totalRequests: 30, lastUsedAt: NOW } }),
  ];
  const state = { account: accountWith({ v: 3, k0: 1, n0: 12 }), keys };

  test('adds up the exact totals of every key, the revoked ones too', () => {
    const report = totalsReport(state);
    expect(report.totals).toMatchObject({ requests: 42, errors: 0, latencyMs: null });
    expect(report.keys).toMatchObject([
      { keyId: 'A', name: 'default', requests: 12 },
      { keyId: 'B', name: 'old', requests: 30 },
    ]);
  });

  test('is that of one key where one is named, and empty for one that the account has not', () => {
    expect(totalsReport(state, 'B')).toMatchObject({ totals: { requests: 30 }, keys: [{ keyId: 'B' }] });
    expect(totalsReport(state, 'C')).toMatchObject({ totals: { requests: 0 }, keys: [] });
  });
});
