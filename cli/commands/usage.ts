import { Command, Option } from 'commander';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { planOf } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { accountStanding } from '../../lib/metering/standing.ts';
import { GRANULARITIES, type Granularity } from '../../lib/usage/granularity.ts';
import { type Report, summarize } from '../../lib/usage/report.ts';
import { type Span, spanOf } from '../../lib/usage/span.ts';
import type { Stats } from '../../lib/usage/stats.ts';
import { readUsage } from '../../lib/usage/usage.store.ts';
import { email, keyId, moment } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { type Columns, printAnswer, tableOf } from '../support/print.ts';
import { WrongUse } from '../support/wrong-use.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly granularity?: Granularity;
  readonly key?: string;
  readonly route?: string;
}

const STATS: Columns<Stats> = {
  requests: (row) => row.requests,
  errors: (row) => row.errors,
  refused: (row) => row.rejected,
  credits: (row) => row.credits,
  'mean ms': (row) => row.latencyMs?.mean,
  p50: (row) => row.latencyMs?.p50,
  p95: (row) => row.latencyMs?.p95,
  p99: (row) => row.latencyMs?.p99,
  max: (row) => row.latencyMs?.max,
};

function tables({ from, to }: Span, { totals, routes, keys, statuses }: Report): string {
  const iso = (time: number) => new Date(time).toISOString();
  const parts = [`${iso(from)} to ${iso(to)}`, tableOf([totals], STATS)];
  if (routes.length > 0) parts.push(tableOf(routes, { route: (row) => row.route, ...STATS }));
  const used = keys.filter(({ requests }) => requests > 0);
  if (used.length > 0) parts.push(tableOf(used, { key: (row) => row.keyId, name: (row) => row.name, ...STATS }));
  const counts = Object.entries(statuses);
  if (counts.length > 0) parts.push(tableOf(counts, { status: ([status]) => status, answers: ([, count]) => count }));
  return parts.join('\n\n');
}

/** `usage EMAIL`: what was called, how it ended, how long it took. */
export const usageCommand = (): Command =>
  new Command('usage')
    .description('show the usage of a user: totals, by route and by key, with latencies')
    .argument('<email>', 'whose', email)
    .option('--from <time>', 'since a day or moment in UTC (default: 30 days before --to)', moment)
    .option('--to <time>', 'until then (default: now)', moment)
    .addOption(
      new Option('--granularity <unit>', 'the counters that are read (default: by span)').choices(GRANULARITIES),
    )
    .option('--key <keyId>', 'of one key only', keyId)
    .option('--route <route>', 'of one route only, such as "GET /api/orders/{id}"')
    .action(
      onService(async ({ db, json }, owner: Email, { key, route, ...query }: Options) => {
        const now = Date.now();
        const span = spanOf(query, now);
        if ('field' in span) throw new WrongUse(`--${span.field.replace('query.', '')}: ${span.message}`);
        const summary = summarize(span, { keyId: key, route });
        const [{ account, keys }] = await Promise.all([
          readAccountKeys(db, owner),
          readUsage(db, owner, span, summary.add),
        ]);
        const report = summary.report(keys);
        const answer = {
          email: owner,
          from: new Date(span.from).toISOString(),
          to: new Date(span.to).toISOString(),
          granularity: span.granularity,
          ...report,
          ...accountStanding({ account, plan: planOf(account, db.plans), now }),
        };
        printAnswer(json, answer, () => tables(span, report));
      }),
    );
