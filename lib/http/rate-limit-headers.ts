import type { RateStanding, Standing } from '../metering/standing.ts';

/** A string of Structured Fields (RFC 9651 §3.3.3); names of limits hold nothing that needs escaping. */
const item = (name: string, parameters: Record<string, number>): string =>
  [`"${name}"`, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(';');

const tightest = (limits: readonly RateStanding[]): RateStanding | undefined =>
  limits.toSorted((a, b) => a.remaining - b.remaining || b.resetSeconds - a.resetSeconds)[0];

/**
 * What a caller has left, as headers: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and the
 * older `X-RateLimit-…` for the tightest limit. Times are in seconds.
 */
export function rateLimitHeaders({ rateLimits }: Pick<Standing, 'rateLimits'>): Record<string, string> {
  const first = tightest(rateLimits);
  if (!first) return {};
  return {
    'ratelimit-policy': rateLimits
      .map(({ name, limit, windowSeconds }) => item(name, { q: limit, w: windowSeconds }))
      .join(', '),
    ratelimit: rateLimits
      .map(({ name, remaining, resetSeconds }) => item(name, { r: remaining, t: resetSeconds }))
      .join(', '),
    'x-ratelimit-limit': String(first.limit),
    'x-ratelimit-remaining': String(first.remaining),
    'x-ratelimit-reset': String(first.resetSeconds),
  };
}
