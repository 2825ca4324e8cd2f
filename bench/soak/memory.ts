import { median } from '../support/median.ts';

/** Bytes that a part held at a time, in milliseconds. */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** How the memory of a part has gone in a stretch without restarts. */
export interface MemoryTrend {
  /** Medians, in bytes, of the middle and of the last third; the first is to warm up. */
  readonly middle: number;
  readonly last: number;
  /** What it has grown by, as a share; negative where it has shrunk. */
  readonly growth: number;
  /** Absent where the stretch is too short to tell. */
  readonly isFlat?: boolean;
}

const TOLERANCE = 0.1;
const LEAST_THIRD_MS = 20_000;

/** Judges the samples of a stretch: flat is a last third within 10 % of the middle one. */
export function memoryTrend(samples: readonly Sample[], from: number, to: number): MemoryTrend {
  const third = (to - from) / 3;
  const between = (start: number, end: number) =>
    median(samples.filter(({ at }) => at >= start && at < end).map(({ bytes }) => bytes));
  const middle = between(from + third, from + 2 * third);
  const last = between(from + 2 * third, to);
  const growth = middle === 0 ? 0 : last / middle - 1;
  if (third < LEAST_THIRD_MS) return { middle, last, growth };
  return { middle, last, growth, isFlat: middle > 0 && Math.abs(last - middle) <= middle * TOLERANCE };
}
