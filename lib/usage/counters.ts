import { bucketOf } from './histogram.ts';

/**
 * The counters of an item of `api_usage`: what happened to the calls of one key on one route within one period. All are
 * sums, so that writing one is an `ADD` and a longer period is the sum of shorter ones. Names are short, as an item of less
 * than 1 KB is written for one unit, and counters share attributes: see `packing`. This is the one place that knows them:
 *
 * | counter | holds |
 * |---|---|
 * | `s<status>` | accepted calls, by the status of the answer |
 * | `j<status>` | calls that the check refused, by the status of the answer |
 * | `c` | credits that calls paid |
 * | `t` | milliseconds that accepted calls took, together |
 * | `l<bucket>` | accepted calls, by the bucket of their latency: see `histogram` |
 */
export type Counters = Readonly<Record<string, number>>;

/** One call of a key, as it is counted. */
export interface CountedCall {
  readonly email: string;
  readonly keyId: string;
  /** `METHOD /path/{parameter}`. */
  readonly route: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  /** Refused by the check. */
  readonly rejected: boolean;
  readonly credits: number;
  /** Milliseconds; `undefined` where it is not known. */
  readonly latency?: number | undefined;
}

const ACCEPTED = 's';
const REJECTED = 'j';
const CREDITS = 'c';
const LATENCY = 't';
const BUCKET = 'l';

/** What one call adds. The latency of a refused call says nothing of the route that it did not reach. */
export function countersOf({ status, rejected, credits, latency }: CountedCall): Counters {
  return {
    [(rejected ? REJECTED : ACCEPTED) + status]: 1,
    ...(credits > 0 && { [CREDITS]: credits }),
    ...(latency !== undefined && !rejected && { [LATENCY]: latency, [BUCKET + bucketOf(latency)]: 1 }),
  };
}

/** Counters that can be added to. */
export type Tally = Map<string, number>;

export function addTo(tally: Tally, counters: Iterable<readonly [string, number]>): void {
  for (const [name, count] of counters) tally.set(name, (tally.get(name) ?? 0) + count);
}

/** Counters by what they mean. */
export interface Counted {
  readonly accepted: ReadonlyMap<number, number>;
  readonly rejected: ReadonlyMap<number, number>;
  readonly credits: number;
  /** Milliseconds, of all calls in the histogram together. */
  readonly latencySum: number;
  readonly latencies: ReadonlyMap<number, number>;
}

const counts = (): Map<number, number> => new Map();

/** Reads what was counted. */
export function readCounters(tally: Iterable<readonly [string, number]>): Counted {
  const [accepted, rejected, latencies] = [counts(), counts(), counts()];
  const places: Record<string, Map<number, number> | undefined> = {
    [ACCEPTED]: accepted,
    [REJECTED]: rejected,
    [BUCKET]: latencies,
  };
  const alone: Record<string, number> = {};
  for (const [name, count] of tally) {
    if (name.length === 1) alone[name] = count;
    else places[name.charAt(0)]?.set(Number(name.slice(1)), count);
  }
  return { accepted, rejected, latencies, credits: alone[CREDITS] ?? 0, latencySum: alone[LATENCY] ?? 0 };
}
