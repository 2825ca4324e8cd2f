/**
 * Latencies as counts in logarithmic buckets: counts of many items add up, which percentiles do not. This is the mapping
 * of DDSketch, here over whole milliseconds and without a limit on the number of buckets, which the gateway's own limit of
 * 30 s sets at 110.
 *
 * Source: Masson, Rim, Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", PVLDB
 * 12 (12), 2019.
 */
export type Histogram = ReadonlyMap<number, number>;

/** Each bucket is so many times as wide as the one before. */
const GAMMA = 1.1;
const LOG_GAMMA = Math.log(GAMMA);

/** A percentile is at most so far from the exact one, as a share of it: (γ − 1) / (γ + 1), and what rounding adds. */
export const RELATIVE_ERROR = 0.05;

/**
 * The bucket of a latency: 0 holds only 0, bucket `i` what is above γ^(i−2) and at most γ^(i−1).
 *
 * @param milliseconds a whole number from 0.
 */
export const bucketOf = (milliseconds: number): number =>
  milliseconds < 1 ? 0 : 1 + Math.ceil(Math.log(milliseconds) / LOG_GAMMA);

/** The value that is, as a share, equally far from both ends of a bucket: milliseconds, to a tenth. */
export const estimateOf = (bucket: number): number =>
  bucket === 0 ? 0 : Math.round((20 * GAMMA ** (bucket - 1)) / (GAMMA + 1)) / 10;

/**
 * The values below which given shares of all latencies lie (by the nearest rank: the value at place ⌈share × count⌉ in
 * order), each within {@link RELATIVE_ERROR}.
 *
 * @param shares from 0 to 1, ascending.
 * @returns milliseconds, one for each share; all 0 where nothing was counted.
 */
export function quantiles(histogram: Histogram, shares: readonly number[]): number[] {
  const buckets = [...histogram].sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let place = 0;
  let next = 0;
  let value = 0;
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    while (place < rank && next < buckets.length) {
      const [bucket, count] = buckets[next++] as [number, number];
      place += count;
      value = estimateOf(bucket);
    }
    return value;
  });
}
