import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REFUSAL_CODES } from '../../lib/metering/verdict.ts';
import { createCheckMetrics } from '../../lib/metrics/check-metrics.ts';
import { recordingLine } from '../../lib/metrics/recording-metrics.ts';
import { rehearseScenarios } from '../check/scenarios.ts';
import { ASSUMED, type CallCosts, callCosts, dollarsOf } from './costs.ts';
import { platformBytes } from './lines.ts';
import { LOOKED_UP, PRICES } from './prices.ts';

/** What of a template costs each month. */
interface Monthly {
  readonly alarms: number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
}

/** An alarm that looks for what is unusual is paid as three: the metric and both sides of its band. */
const ANOMALY_METRICS = 3;

interface AlarmProperties {
  readonly ThresholdMetricId?: string;
  readonly Metrics?: readonly { readonly MetricStat?: object }[];
}

function monthlyOf(assembly: string): Monthly {
  const template = JSON.parse(readFileSync(path.join(assembly, 'SenseiKeys.template.json'), 'utf8'));
  const resources = Object.values(template.Resources) as { Type: string; Properties: AlarmProperties }[];
  const alarms = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const metrics = alarms.map(({ Properties: { ThresholdMetricId, Metrics } }) => {
    if (ThresholdMetricId) return ANOMALY_METRICS;
    return Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1;
  });
  return {
    alarms: alarms.length,
    alarmMetrics: metrics.reduce((sum, count) => sum + count, 0),
    dashboards: resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard').length,
  };
}

/** How many metrics the functions make: without dimension, and by code. */
function ownMetrics(): { readonly plain: number; readonly codes: number } {
  const lines = [recordingLine({ events: [{ id: '1', timestamp: 0, message: '' }], calls: 1, setAside: 0 }, 1) ?? ''];
  const metrics = createCheckMetrics(
    () => 0,
    (line) => lines.push(line),
  );
  metrics.failedClosed({ calls: 1, contention: 0, milliseconds: 1 });
  const plain = lines.flatMap((line) => JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics).length;
  return { plain, codes: 1 + REFUSAL_CODES.length };
}

const dollars = (amount: number): string => (amount > 0 && amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2));

const number = (amount: number): string =>
  amount >= 100 ? Math.round(amount).toLocaleString('en') : String(Number(amount.toPrecision(3)));

const table = (rows: readonly (readonly string[])[]): string =>
  rows
    .flatMap((row, index) => [`| ${row.join(' | ')} |`, ...(index === 0 ? [`|${row.map(() => '---|').join('')}`] : [])])
    .join('\n');

const section = (costs: CallCosts): string =>
  [
    `## A million calls: ${costs.title}`,
    table([
      ['of', 'for a million', 'US dollars', 'known by'],
      ...costs.rows.map(({ what, price, amount, from }) => {
        const million = amount * 1e6;
        return [what, `${number(million)} × ${PRICES[price].unit}`, dollars(million * PRICES[price].dollars), from];
      }),
      ['**all**', '', `**${dollars(dollarsOf(costs))}**`, ''],
    ]),
  ].join('\n\n');

/**
 * Writes the page of costs.
 *
 * @param assembly directory of the synthesized stack.
 * @param endpoint a DynamoDB engine with the tables of that stack.
 */
export async function costsPage(assembly: string, endpoint: string): Promise<string> {
  const rehearsed = await rehearseScenarios(endpoint);
  const monthly = monthlyOf(assembly);
  const { plain, codes } = ownMetrics();
  const { customMetric, alarmMetric, dashboard } = PRICES;
  const { authorizerMs, refusalMs, perContainer, traffic } = ASSUMED;
  const fixed = [
    [`alarms: ${monthly.alarms}, of ${monthly.alarmMetrics} metrics`, monthly.alarmMetrics * alarmMetric.dollars],
    ['dashboard', monthly.dashboards * dashboard.dollars],
    [`metrics of the functions: ${plain}, and at most ${codes} codes`, (plain + codes) * customMetric.dollars],
  ] as const;
  const { pipeRequest, busEvent, invocation, writeUnit } = PRICES;
  const event = pipeRequest.dollars + busEvent.dollars + invocation.dollars + 2 * writeUnit.dollars;

  return `${[
    '# Costs',
    `Written by \`npm run costs\`: units are measured by the benches on a DynamoDB engine of this machine, bytes are those of lines as they are logged, and prices are list prices of us-east-1 as of ${LOOKED_UP}, without any free tier: look at the pages named below before you rely on them. Not in it are your own routes' functions, storage, data transfer, CloudFront and Cognito.`,
    ...callCosts(rehearsed.map(({ cost }) => cost)).map(section),
    `Assumed is what only AWS could tell: that an accepted check is billed ${authorizerMs} ms, one write of DynamoDB, and a refusal from memory ${refusalMs} ms; that a container is called ${perContainer} times a second, so that lines of metrics are shared; the text of Lambda's own two lines (\`platform.start\`, \`platform.report\`), by their schema. Usage is recorded from even traffic of ${traffic.perSecond} calls a second on ${traffic.keys} keys, delivered every ${traffic.delivery} s: [the benchmarks](benchmarks.md#recording-usage) tell of others, and busier is cheaper. Calls of cost 0 on routes without limits write as much: a call is counted in any case.`,
    '## What a month costs without a call',
    table([
      ['of', 'US dollars a month'],
      ...fixed.map(([what, amount]) => [what, dollars(amount)]),
      ['**all**', `**${dollars(fixed.reduce((sum, [, amount]) => sum + amount, 0))}**`],
    ]),
    'A metric is paid for the hours in which it has data, and ten metrics, ten metrics of alarms and three dashboards of an account are free. `"monitoring": { "enabled": false }` makes neither alarms nor dashboard. Traces (`"tracing": "xray"`) are 5.00 a million recorded; X-Ray records the first of each second and 5 % of the others unless its rules say otherwise.',
    '## What a change costs',
    `Making, changing or revoking a key writes an event in its transaction, which the pipe, a function and the bus bring on: ${dollars(event * 1e6)} a million events (2 write units, a pipe's request, an invocation, an event of the bus).`,
    '## Where it can be less',
    table([
      ['what', 'saves of a million calls, US dollars', 'costs'],
      [
        "Lambda's own lines at level `WARN` (`systemLogLevelV2`)",
        dollars(((platformBytes() * 1e6) / 1e9) * PRICES.logGigabyte.dollars),
        'the durations in the logs; metrics have them',
      ],
      ['a shorter `logRetentionDays`', 'storage', 'how far back one can look'],
      [
        'provisioned capacity for `user_preferences`, with steady traffic',
        'up to two thirds of the writes',
        'throttling where traffic is not steady',
      ],
    ]),
    '## Prices',
    table([
      ['of one', 'US dollars', 'listed at'],
      ...Object.values(PRICES).map(({ unit, dollars: price, page }) => [
        ...(price < 1e-5 ? [`million × ${unit}`, String(Number((price * 1e6).toFixed(4)))] : [unit, String(price)]),
        page,
      ]),
    ]),
  ].join('\n\n')}\n`;
}
