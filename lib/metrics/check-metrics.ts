import { creditsOf } from '../metering/payment.ts';
import type { RefusalCode, Verdict } from '../metering/verdict.ts';
import { emfLine, MOST_VALUES } from './emf.ts';

/** What is counted longest before it is told, in milliseconds, while calls come. */
export const FLUSH_MS = 10_000;

/** What one check took. */
export interface CheckEffort {
  /** Requests to DynamoDB. */
  readonly calls: number;
  /** Charges that were refused, as another container had changed the account meanwhile. */
  readonly contention: number;
  readonly milliseconds: number;
}

/** Counts what a container's checks come to, and tells it. */
export interface CheckMetrics {
  judged(verdict: Verdict, effort: CheckEffort): void;
  /** A call that could not be checked, and so was not let through: told at once. */
  failedClosed(effort: CheckEffort): void;
}

interface Pending {
  /** When the first of it was counted. */
  readonly since: number;
  allowed: number;
  refused: number;
  failedClosed: number;
  credits: number;
  contention: number;
  readonly latencies: number[];
  readonly calls: number[];
  readonly codes: Map<RefusalCode, number>;
}

const nothingSince = (since: number): Pending => ({
  since,
  allowed: 0,
  refused: 0,
  failedClosed: 0,
  credits: 0,
  contention: 0,
  latencies: [],
  calls: [],
  codes: new Map(),
});

const tenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/**
 * Makes the counters of one container. What is pending is told with the call that finds it so old, or when 100 values are
 * measured: a container that is called less often than every 10 s tells each call with itself, and one that is never called
 * again keeps at most the last 10 s of its calls to itself.
 *
 * @param clock milliseconds since the epoch.
 * @param write takes one line for the log.
 */
export function createCheckMetrics(clock: () => number, write: (line: string) => void): CheckMetrics {
  let pending: Pending | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (at: number): void => {
    for (const line of pending ? linesOf(pending) : []) write(line);
    pending = undefined;
    toldAt = at;
  };

  /** Counts one check into what is pending. */
  const count = ({ calls, contention, milliseconds }: CheckEffort, add: (into: Pending) => void): void => {
    const now = clock();
    if (pending && now - pending.since >= FLUSH_MS) tell(pending.since);
    pending ??= nothingSince(now);
    pending.latencies.push(tenths(milliseconds));
    pending.calls.push(calls);
    pending.contention += contention;
    add(pending);
    if (now - toldAt >= FLUSH_MS || pending.failedClosed > 0 || pending.calls.length === MOST_VALUES) tell(now);
  };

  return {
    judged: (verdict, effort) =>
      count(effort, (into) => {
        if (verdict.allowed) {
          into.allowed += 1;
          into.credits += creditsOf(verdict);
          return;
        }
        const { code } = verdict.refusal;
        into.refused += 1;
        into.codes.set(code, (into.codes.get(code) ?? 0) + 1);
      }),
    failedClosed: (effort) =>
      count(effort, (into) => {
        into.failedClosed += 1;
      }),
  };
}

/** A line of what all codes share, and one for each code: a line has one value of a dimension. */
function linesOf(pending: Pending): string[] {
  const counted = (value: number) => ({ unit: 'Count', value }) as const;
  const { since: at, latencies, calls } = pending;
  const all = emfLine({
    at,
    metrics: {
      Allowed: counted(pending.allowed),
      Refused: counted(pending.refused),
      FailedClosed: counted(pending.failedClosed),
      CreditsCharged: counted(pending.credits),
      ContentionRetries: counted(pending.contention),
      CheckLatency: { unit: 'Milliseconds', value: latencies },
      DynamoDBCalls: { unit: 'Count', value: calls },
    },
  });
  const codes = [...(pending.allowed > 0 ? [['allowed', pending.allowed] as const] : []), ...pending.codes];
  const byCode = codes.map(([Code, value]) =>
    emfLine({ at, metrics: { Verdicts: counted(value) }, dimensions: { Code } }),
  );
  return [all, ...byCode].filter((line) => line !== undefined);
}
