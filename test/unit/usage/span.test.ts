import { describe, expect, test } from 'vitest';
import { LONGEST_SPAN_MS, type SpanQuery, spanOf } from '../../../lib/usage/span.ts';
import { NOW } from '../../support/records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();
const midnight = Date.UTC(2026, 10, 23);

describe('spanOf', () => {
  test('is the last 30 days by default, by day', () => {
    expect(spanOf({}, NOW)).toEqual({ from: midnight - 30 * DAY, to: midnight + DAY, granularity: 'day' });
  });

  test('is the last 2 days where minutes are asked for, and nothing else', () => {
    expect(spanOf({ granularity: 'minute' }, NOW)).toEqual({ from: NOW - 2 * DAY, to: NOW, granularity: 'minute' });
    expect(spanOf({ granularity: 'hour' }, NOW)).toMatchObject({ from: NOW - 30 * DAY, granularity: 'hour' });
  });

  test('is the 30 days before an end that is given alone, and ends now if only its start is', () => {
    const to = NOW - 100 * DAY;
    expect(spanOf({ to: iso(to) }, NOW)).toMatchObject({ from: midnight - 130 * DAY, to: midnight - 99 * DAY });
    expect(spanOf({ from: iso(NOW - DAY) }, NOW)).toMatchObject({ from: NOW - DAY, to: NOW, granularity: 'hour' });
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
    expect(spanOf(query, NOW)).toMatchObject({ granularity });
    expect(spanOf({ ...query, granularity: 'day' }, NOW)).toMatchObject({ granularity: 'day' });
  });

  test.each([
    [2 * DAY, 'minute'],
    [3 * DAY, 'hour'],
    [90 * DAY, 'hour'],
    [92 * DAY, 'day'],
  ])('an hour, %i ms ago, is by %s, the finest that is kept', (ago, granularity) => {
    expect(spanOf({ from: iso(NOW - ago), to: iso(NOW - ago + HOUR) }, NOW)).toMatchObject({ granularity });
  });

  test('is widened to whole periods', () => {
    const [from, to] = [NOW - 90 * MINUTE - 1, NOW - 30 * MINUTE + 1];
    const query = { from: iso(from), to: iso(to) };
    expect(spanOf({ ...query, granularity: 'minute' }, NOW)).toMatchObject({
      from: NOW - 91 * MINUTE,
      to: NOW - 29 * MINUTE,
    });
    expect(spanOf({ ...query, granularity: 'hour' }, NOW)).toMatchObject({ from: NOW - 2 * HOUR, to: NOW });
    expect(spanOf({ ...query, granularity: 'day' }, NOW)).toMatchObject({ from: midnight, to: midnight + DAY });
  });

  test('whole periods stay as they are: the end is excluded', () => {
    expect(spanOf({ from: iso(midnight), to: iso(midnight + DAY), granularity: 'day' }, NOW)).toMatchObject({
      from: midnight,
      to: midnight + DAY,
    });
  });

  test('takes times of any zone', () => {
    expect(spanOf({ from: '2026-11-23T12:00:00+02:00', to: '2026-11-23T11:00:00Z' }, NOW)).toMatchObject({
      from: Date.UTC(2026, 10, 23, 10),
    });
  });

  test.each<[string, SpanQuery, string]>([
    ['ends before it starts', { from: iso(NOW), to: iso(NOW - 1) }, 'expected from before to'],
    ['is empty', { from: iso(NOW), to: iso(NOW) }, 'expected from before to'],
    ['starts in the future', { from: iso(NOW + 1) }, 'expected from before to'],
    ['is longer than two years', { from: iso(NOW - LONGEST_SPAN_MS - 1), to: iso(NOW) }, 'expected 2 years at most'],
    [
      'starts where days are no longer kept',
      { from: iso(NOW - LONGEST_SPAN_MS - 2 * DAY), to: iso(NOW - 7 * DAY) },
      'counters by day are kept 731 days; expected a later start',
    ],
    [
      'starts where minutes are no longer kept, and asks for them',
      { from: iso(NOW - 3 * DAY), granularity: 'minute' },
      'counters by minute are kept 2 days; expected a later start, or a coarser granularity',
    ],
    [
      'starts where hours are no longer kept, and asks for them',
      { from: iso(NOW - 92 * DAY), granularity: 'hour' },
      'counters by hour are kept 90 days; expected a later start, or a coarser granularity',
    ],
  ])('says what is wrong with a span that %s', (_, query, message) => {
    expect(spanOf(query, NOW)).toEqual({ field: 'query.from', message: `Invalid span: ${message}` });
  });
});
