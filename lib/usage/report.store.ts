import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import { GRANULARITIES } from './granularity.ts';
import { type Narrowing, type Summary, summarize } from './report.ts';
import { type Span, type SpanProblem, type SpanQuery, spanOf } from './span.ts';
import { readUsage } from './usage.store.ts';

/** Counters that a report is made of at most: reading so many takes some seconds of the ten that an answer may take. */
export const MOST_COUNTERS = 100_000;

/** The counters of a span, added up. */
export interface ReadReport {
  readonly span: Span;
  readonly summary: Summary;
}

/**
 * Reads the usage that a query asks for. Where it is of more counters than can be read, it is told by the next coarser granularity,
 * unless one was asked for.
 *
 * @param now milliseconds since the epoch.
 */
export async function readReport(
  db: Database,
  email: Email,
  query: SpanQuery & Narrowing,
  now: number,
  most = MOST_COUNTERS,
): Promise<ReadReport | SpanProblem> {
  const span = spanOf(query, now);
  if ('field' in span) return span;
  const summary = summarize(span, query);
  if (await readUsage(db, email, span, summary.add, { keyId: query.keyId, most })) return { span, summary };
  const coarser = GRANULARITIES[GRANULARITIES.indexOf(span.granularity) + 1];
  if (query.granularity === undefined && coarser) {
    const whole = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
    return readReport(db, email, { ...query, ...whole, granularity: coarser }, now, most);
  }
  const expected = `expected a shorter one${coarser ? ', or a coarser granularity' : ''}`;
  return {
    field: 'query.from',
    message: `Invalid span: it has more than ${most} counters by ${span.granularity}; ${expected}`,
  };
}
