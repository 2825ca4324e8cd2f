import { readCounters, type Tally } from './counters.ts';
import { quantiles } from './histogram.ts';

/** What happened within a period, on a route or by a key. */
export interface Stats {
  readonly requests: number;
  /** Answers with a 5xx status. */
  readonly errors: number;
  /** Errors as a share of all requests, from 0 to 1. */
  readonly errorRate: number;
  /** Calls that the check refused. */
  readonly rejected: number;
  readonly credits: number;
  /** Milliseconds, of accepted calls; `null` where there was none. All but the mean are within 5 %. */
  readonly latencyMs: Latencies | null;
}

export interface Latencies {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const SHARES = [0.5, 0.95, 0.99, 1];

const rounded = (value: number): number => Math.round(value * 10) / 10;

const sum = (counts: Iterable<readonly [number, number]>): number => {
  let total = 0;
  for (const [, count] of counts) total += count;
  return total;
};

export function statsOf(tally: Tally): Stats {
  const { accepted, rejected, credits, latencySum, latencies } = readCounters(tally);
  const answers = [...accepted, ...rejected];
  const requests = sum(answers);
  const errors = sum(answers.filter(([status]) => status >= 500));
  const timed = sum(latencies);
  const [p50 = 0, p95 = 0, p99 = 0, max = 0] = timed === 0 ? [] : quantiles(latencies, SHARES);
  return {
    requests,
    errors,
    errorRate: requests === 0 ? 0 : errors / requests,
    rejected: sum(rejected),
    credits,
    latencyMs: timed === 0 ? null : { mean: rounded(latencySum / timed), p50, p95, p99, max },
  };
}

/** How many answers had which status, as `{ "200": 12 }`. */
export function statusesOf(tally: Tally): Record<string, number> {
  const { accepted, rejected } = readCounters(tally);
  const statuses: Record<string, number> = {};
  for (const [status, count] of [...accepted, ...rejected]) statuses[status] = (statuses[status] ?? 0) + count;
  return statuses;
}
