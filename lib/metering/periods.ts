import type { Period } from '../keys/key.ts';

const DAY_MS = 86_400_000;

/** The number of the calendar period (UTC, which knows no daylight saving time) that a time, in milliseconds since the epoch, falls into. */
export function periodIndex(period: Period, now: number): number {
  if (period === 'day') return Math.floor(now / DAY_MS);
  const date = new Date(now);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** When the period after that of a time begins, in milliseconds since the epoch. */
export function periodEnd(period: Period, now: number): number {
  if (period === 'day') return (periodIndex(period, now) + 1) * DAY_MS;
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
