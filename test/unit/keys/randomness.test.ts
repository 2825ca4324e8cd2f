import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BASE62, randomBase62 } from '../../../lib/keys/base62.ts';
import { makeSecret } from '../../../lib/keys/secret.ts';
import { casesOf } from '../../support/cases.ts';

/** Pearson's statistic of how often each character was drawn, against equal shares. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * Upper quantile of the chi-square distribution with 61 degrees of freedom for p = 1e-7: a fair source exceeds it once
 * in ten million runs. By Wilson and Hilferty, 61 (1 - 2/549 + 5.1993 sqrt(2/549))^3 = 136.2.
 */
const LIMIT = 136.2;

function countsOf(text: string): number[] {
  const counts = new Map([...BASE62].map((character) => [character, 0]));
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()];
}

describe('randomBase62', () => {
  test('draws every character equally often: chi-square over 1,000,000 characters', () => {
    const counts = countsOf(randomBase62(1_000_000, randomBytes));
    expect(counts).toHaveLength(62);
    expect(chiSquare(counts)).toBeLessThan(LIMIT);
  });

  test('would be caught by that measure if it kept the modulo bias', () => {
    const biased = [...randomBytes(1_000_000)].map((byte) => BASE62[byte % 62]).join('');
    expect(chiSquare(countsOf(biased))).toBeGreaterThan(LIMIT);
  });
});

const DRAWS = casesOf({ promised: 1_000_000, usual: 100_000 });

test(`a secret does not repeat in ${DRAWS.toLocaleString('en')} draws`, () => {
  const drawn = new Set(Array.from({ length: DRAWS }, () => makeSecret('live', randomBytes)));
  expect(drawn.size).toBe(DRAWS);
});
