import type { AccountKeys } from '../accounts/account.store.ts';
import { totalsOf } from '../keys/key-view.ts';

export type Granularity = 'minute' | 'hour' | 'day';

/** The span of a report: milliseconds since the epoch, `to` excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly granularity: Granularity;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_DAYS = 30;

/** The longest span of a report: two years, as long as daily counters are kept. */
export const LONGEST_SPAN_MS = 731 * DAY_MS;

/** The finest granularity that gives a chart of a span at most a few hundred points. */
const granularityFor = (span: number): Granularity => {
  if (span <= 6 * HOUR_MS) return 'minute';
  return span <= 14 * DAY_MS ? 'hour' : 'day';
};

/**
 * The span that a query asks for: by default the last 30 days.
 *
 * @returns the span, or what is wrong with it.
 */
export function spanOf(
  query: { from?: string | undefined; to?: string | undefined; granularity?: Granularity | undefined },
  now: number,
): Span | { readonly field: string; readonly message: string } {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - DEFAULT_DAYS * DAY_MS : Date.parse(query.from);
  if (from >= to) return { field: 'query.from', message: 'Invalid span: expected from before to' };
  if (to - from > LONGEST_SPAN_MS) return { field: 'query.from', message: 'Invalid span: expected 2 years at most' };
  return { from, to, granularity: query.granularity ?? granularityFor(to - from) };
}

const stats = (requests: number) => ({
  requests,
  errors: 0,
  errorRate: 0,
  rejected: 0,
  credits: 0,
  latencyMs: null,
});

/** The exact totals of an account's keys, all time, as the check has counted them. */
export function totalsReport({ account, keys }: AccountKeys, keyId?: string) {
  const counted = keys
    .filter((key) => keyId === undefined || key.keyId === keyId)
    .map((key) => ({ keyId: key.keyId, name: key.name, requests: totalsOf(key, account).totalRequests }));
  return {
    totals: stats(counted.reduce((sum, { requests }) => sum + requests, 0)),
    keys: counted.map(({ requests, ...key }) => ({ ...key, ...stats(requests) })),
  };
}
