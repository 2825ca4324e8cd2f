import type { Span } from '../../api/queries.ts';

const HOUR = 3_600_000;

/** The spans that one chooses among, by name. */
export const SPANS: Readonly<Record<string, { readonly label: string; readonly lastMs: number }>> = {
  '1h': { label: '1 h', lastMs: HOUR },
  '24h': { label: '24 h', lastMs: 24 * HOUR },
  '7d': { label: '7 d', lastMs: 7 * 24 * HOUR },
  '30d': { label: '30 d', lastMs: 30 * 24 * HOUR },
};

/** What one has chosen: a name, or two days, each of them whole. */
export interface Choice {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const DAY = 24 * HOUR;

/** The span that was chosen; while the days of one's own make none, the last 30 days. */
export function spanOf({ name, from, to }: Choice): Span {
  const known = SPANS[name];
  if (known) return { lastMs: known.lastMs };
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (!(start <= end)) return { lastMs: 30 * DAY };
  return { from: new Date(start).toISOString(), to: new Date(end + DAY).toISOString() };
}
