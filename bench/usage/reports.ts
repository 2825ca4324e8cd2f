import type { Email } from '../../lib/accounts/email.ts';
import { GRAINS, type Granularity } from '../../lib/usage/granularity.ts';
import { summarize } from '../../lib/usage/report.ts';
import { type Span, spanOf } from '../../lib/usage/span.ts';
import { readUsage } from '../../lib/usage/usage.store.ts';
import { median } from '../support/median.ts';
import { watched } from '../support/watched.ts';
import { bareQuery } from './floor.ts';
import { EMAIL } from './traffic.ts';

/** What a report of a span takes. */
export interface ReportCost {
  readonly days: number;
  readonly granularity: Granularity;
  readonly items: number;
  readonly queries: number;
  /** As DynamoDB counts them: half a unit for 4 KB. */
  readonly readUnits: number;
  readonly megabytes: number;
  /** Medians. */
  readonly milliseconds: { readonly whole: number; readonly bareQueries: number };
  readonly answerKilobytes: number;
}

/** The span of the last days, as the endpoint chooses it. */
export function lastDays(days: number, now: number): Span {
  const span = spanOf({ from: new Date(now - days * GRAINS.day.ms).toISOString() }, now);
  if ('field' in span) throw new Error(span.message);
  return span;
}

/** Measures a report as the endpoint makes it: the counters are read and added up. */
export async function measureReport(endpoint: string, days: number, span: Span, rounds: number): Promise<ReportCost> {
  const { db, seen } = watched(endpoint);
  const whole: number[] = [];
  const bareQueries: number[] = [];
  let items = 0;
  let answer = '';
  for (let round = 0; round < rounds; round++) {
    items = 0;
    seen.requests.Query = seen.units.Query = 0;
    const summary = summarize(span);
    const begin = performance.now();
    await readUsage(db, EMAIL as Email, span, (item) => {
      items += 1;
      summary.add(item);
    });
    answer = JSON.stringify(summary.report([]));
    whole.push(performance.now() - begin);
    bareQueries.push(await bareQuery(endpoint, span.granularity, span.from, span.to));
  }
  const units = seen.units.Query ?? 0;
  return {
    days,
    granularity: span.granularity,
    items,
    queries: seen.requests.Query ?? 0,
    readUnits: units,
    megabytes: (units * 2 * 4_096) / 1e6,
    milliseconds: { whole: median(whole), bareQueries: median(bareQueries) },
    answerKilobytes: answer.length / 1_000,
  };
}
