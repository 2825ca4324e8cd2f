import { GRAINS, GRANULARITIES, type Granularity, periodStart } from './granularity.ts';

/** The span of a report, in whole periods: milliseconds since the epoch, `to` excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly granularity: Granularity;
}

/** What a query asks for; times in ISO 8601. */
export interface SpanQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly granularity?: Granularity | undefined;
}

/** What is wrong with a query. */
export interface SpanProblem {
  readonly field: string;
  readonly message: string;
}

const DAY_MS = GRAINS.day.ms;
const DEFAULT_MS = 30 * DAY_MS;

/** The longest span of a report: two years, as long as daily counters are kept. */
export const LONGEST_SPAN_MS = GRAINS.day.keptMs;

/** Whether the counters of a period that holds a time are all there yet. */
const isKept = (granularity: Granularity, from: number, now: number): boolean =>
  periodStart(granularity, from) + GRAINS[granularity].ms + GRAINS[granularity].keptMs > now;

/**
 * The span that a query asks for: by default the last 30 days (2 by minute, as long as these are kept), by the finest granularity that is kept for it and gives a
 * chart of at most a few hundred points. It is widened to whole periods, as counters know no parts of them.
 *
 * @param now milliseconds since the epoch.
 */
export function spanOf(query: SpanQuery, now: number): Span | SpanProblem {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const longest = query.granularity ? GRAINS[query.granularity].keptMs : DEFAULT_MS;
  const from = query.from === undefined ? to - Math.min(DEFAULT_MS, longest) : Date.parse(query.from);
  if (from >= to) return { field: 'query.from', message: 'Invalid span: expected from before to' };
  if (to - from > LONGEST_SPAN_MS) return { field: 'query.from', message: 'Invalid span: expected 2 years at most' };

  const granularity =
    query.granularity ?? GRANULARITIES.find((it) => to - from <= GRAINS[it].shownMs && isKept(it, from, now)) ?? 'day';
  if (!isKept(granularity, from, now)) {
    const days = GRAINS[granularity].keptMs / DAY_MS;
    const finer = granularity === 'day' ? '' : ', or a coarser granularity';
    return {
      field: 'query.from',
      message: `Invalid span: counters by ${granularity} are kept ${days} days; expected a later start${finer}`,
    };
  }
  return {
    from: periodStart(granularity, from),
    to: periodStart(granularity, to - 1) + GRAINS[granularity].ms,
    granularity,
  };
}
