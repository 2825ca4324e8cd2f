import { expect, test } from 'vitest';
import { rateLimitHeaders } from '../../../lib/http/rate-limit-headers.ts';
import type { RateStanding } from '../../../lib/metering/standing.ts';
import { STANDING } from '../../support/records.ts';

const own: RateStanding = { name: 'own', limit: 10, windowSeconds: 1, remaining: 4, resetSeconds: 1 };
const headersOf = (rateLimits: readonly RateStanding[]) => rateLimitHeaders({ ...STANDING, rateLimits });

test('tells one limit', () => {
  expect(rateLimitHeaders(STANDING)).toEqual({
    'ratelimit-policy': '"plan";q=600;w=60',
    ratelimit: '"plan";r=599;t=60',
    'x-ratelimit-limit': '600',
    'x-ratelimit-remaining': '599',
    'x-ratelimit-reset': '60',
  });
});

test('tells every limit in order, and the tightest in the older headers', () => {
  expect(headersOf([...STANDING.rateLimits, own])).toEqual({
    'ratelimit-policy': '"plan";q=600;w=60, "own";q=10;w=1',
    ratelimit: '"plan";r=599;t=60, "own";r=4;t=1',
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '4',
    'x-ratelimit-reset': '1',
  });
});

test('of two that are as tight, the one that resets later is told', () => {
  const later = { ...own, name: 'later', limit: 99, resetSeconds: 30 };
  for (const limits of [
    [own, later],
    [later, own],
  ]) {
    expect(headersOf(limits)).toMatchObject({ 'x-ratelimit-limit': '99', 'x-ratelimit-reset': '30' });
  }
});

test('tells nothing where there is no limit', () => {
  expect(headersOf([])).toEqual({});
});
