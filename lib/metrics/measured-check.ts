import { type Check, createCheck } from '../metering/check.ts';
import type { PresentedOptions } from '../metering/presented.ts';
import type { Database } from '../store/database.ts';
import { createCheckMetrics } from './check-metrics.ts';

/** What a container brings to its check. */
export interface MeasuredCheckOptions extends PresentedOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds since any fixed moment, with fractions. */
  readonly stopwatch: () => number;
  /** Tells one container from another: see `drawContainer`. */
  readonly container: string;
  /** Takes each line of metrics. */
  readonly write: (line: string) => void;
}

/**
 * Makes the check of one container, see {@link createCheck}, which also tells of itself in metrics: verdicts by code, its
 * latency, requests to DynamoDB, contention, credits, and calls that it could not judge.
 */
export function createMeasuredCheck(db: Database, options: MeasuredCheckOptions): Check {
  const { clock, stopwatch, container, write, ...presented } = options;
  const metrics = createCheckMetrics(clock, write);
  const total = { calls: 0, contention: 0 };
  const check = createCheck(countingCalls(db, total), clock, container, { ...presented, counts: total });

  return async (text, request) => {
    const { calls, contention } = total;
    const began = stopwatch();
    const effort = () => ({
      calls: total.calls - calls,
      contention: total.contention - contention,
      milliseconds: stopwatch() - began,
    });
    try {
      const verdict = await check(text, request);
      metrics.judged(verdict, effort());
      return verdict;
    } catch (error) {
      metrics.failedClosed(effort());
      throw error;
    }
  };
}

/** The same database, whose requests are counted; those that its client repeats by itself are one. */
function countingCalls(db: Database, total: { calls: number }): Database {
  const { client } = db;
  const send: (...given: Parameters<typeof client.send>) => unknown = client.send.bind(client);
  const counted = (...given: Parameters<typeof client.send>) => {
    total.calls += 1;
    return send(...given);
  };
  return { ...db, client: Object.assign(Object.create(client), { send: counted }) };
}
