import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, estimateOf, quantiles, RELATIVE_ERROR } from '../../../lib/usage/histogram.ts';
import { exactQuantile } from '../../support/quantile.ts';

function histogramOf(latencies: readonly number[]): Map<number, number> {
  const histogram = new Map<number, number>();
  for (const latency of latencies) histogram.set(bucketOf(latency), (histogram.get(bucketOf(latency)) ?? 0) + 1);
  return histogram;
}

const isWithin = (estimate: number, exact: number) => Math.abs(estimate - exact) <= RELATIVE_ERROR * exact;

test('every whole millisecond up to two minutes is within 5 % of what its bucket stands for', () => {
  const wrong = Array.from({ length: 120_001 }, (_, latency) => latency).filter(
    (latency) => !isWithin(estimateOf(bucketOf(latency)), latency),
  );
  expect(wrong).toEqual([]);
});

test('the 30 s that the gateway allows take 110 buckets', () => {
  expect(bucketOf(30_000)).toBe(110);
  expect([0, 1, 2, 10, 1_000].map(bucketOf)).toEqual([0, 1, 9, 26, 74]);
});

const latency = fc.nat(40_000);
const SHAPES: [string, fc.Arbitrary<number[]>][] = [
  ['of any values', fc.array(latency, { minLength: 1, maxLength: 500 })],
  ['of few values', fc.array(fc.constantFrom(0, 1, 7, 200, 29_000), { minLength: 1, maxLength: 300 })],
  [
    'all the same',
    fc.tuple(latency, fc.integer({ min: 1, max: 50 })).map(([value, count]) => Array(count).fill(value)),
  ],
  [
    'spread over magnitudes',
    fc.array(
      fc.double({ min: 0, max: 10, noNaN: true }).map((exponent) => Math.round(Math.exp(exponent))),
      { minLength: 1, maxLength: 500 },
    ),
  ],
];

describe('quantiles', () => {
  test.each(SHAPES)('are within 5 % of the exact ones of latencies %s', (_, latencies) => {
    const shares = [0, 0.1, 0.5, 0.9, 0.95, 0.99, 1];
    fc.assert(
      fc.property(latencies, (values) => {
        quantiles(histogramOf(values), shares).forEach((estimate, i) => {
          expect(isWithin(estimate, exactQuantile(values, shares[i] ?? 0))).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('of two histograms added up are those of all latencies together', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (some, others) => {
        const sum = histogramOf(some);
        for (const [bucket, count] of histogramOf(others)) sum.set(bucket, (sum.get(bucket) ?? 0) + count);
        const shares = [0.5, 0.95, 1];
        expect(quantiles(sum, shares)).toEqual(quantiles(histogramOf([...some, ...others]), shares));
      }),
    );
  });

  test('of nothing are 0', () => {
    expect(quantiles(new Map(), [0.5, 1])).toEqual([0, 0]);
  });
});
