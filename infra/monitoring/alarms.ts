import { type IMetric, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { RECORD_USAGE, SHAPE_EVENTS, TOP_UP_CREDITS, WRITE_NOTICES } from '../endpoints.ts';
import { FIVE_MINUTES, own, percentOf, sumOf } from './metrics.ts';
import type { Watched } from './watched.ts';

/** One alarm. */
export interface AlarmRow {
  readonly name: string;
  /** Heading of its section in the runbook. @default - its name */
  readonly section?: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
  readonly metric: IMetric;
  /** It is raised at this value and above; or, for `anomaly`, above the band of what was usual. */
  readonly threshold: number | 'anomaly';
  /** It is raised below the threshold instead. @default false */
  readonly below?: boolean;
  /** So many periods of the last ones must be over it: `[2, 3]` is two of three. */
  readonly periods: readonly [over: number, of: number];
  /** What a period without data stands for. Most things that are watched are silent while nothing is wrong. */
  readonly missing?: TreatMissingData;
}

const MANY = 10;
const HOUR = Duration.hours(1);

/** What runs without a caller who would hear of a failure. */
const IN_BACKGROUND = [RECORD_USAGE, WRITE_NOTICES, SHAPE_EVENTS, TOP_UP_CREDITS];

/** What the table of alarms can be told. */
export interface AlarmOptions {
  /** Credits an hour of all accounts together that are too many. @default - more than was usual */
  readonly creditsPerHour?: number | undefined;
}

/** Every alarm, as a table: the runbook has a section for each. */
export function alarmRows(watched: Watched, options: AlarmOptions): AlarmRow[] {
  return [
    ...callRows(watched),
    ...throttleRows(watched),
    ...backgroundRows(watched),
    {
      name: 'denial-spike',
      meaning: 'More than half of at least 100 checks in five minutes were refused.',
      metric: percentOf('refused', '(FILL(allowed, 0) + refused)', 100, {
        allowed: own('Allowed'),
        refused: own('Refused'),
      }),
      threshold: 50,
      periods: [3, 3],
    },
    {
      name: 'unusual-spend',
      meaning:
        options.creditsPerHour === undefined
          ? 'All accounts together spend more credits in an hour than was usual at that time.'
          : `All accounts together spend ${options.creditsPerHour} credits or more in an hour.`,
      metric: own('CreditsCharged', Stats.SUM, HOUR),
      threshold: options.creditsPerHour ?? 'anomaly',
      periods: [1, 1],
    },
  ];
}

const callRows = ({ api }: Watched): AlarmRow[] => [
  {
    name: 'api-5xx',
    meaning: 'At least 1 % of at least 100 requests in five minutes ended in a 5xx.',
    metric: percentOf('errors', 'requests', 100, {
      errors: api.metricServerError({ statistic: Stats.SUM, period: FIVE_MINUTES }),
      requests: api.metricCount({ statistic: Stats.SUM, period: FIVE_MINUTES }),
    }),
    threshold: 1,
    periods: [2, 3],
  },
  {
    name: 'check-p99',
    meaning: 'The slowest 1 % of checks took 250 ms or more.',
    metric: own('CheckLatency', Stats.p(99)),
    threshold: 250,
    periods: [3, 3],
  },
  {
    name: 'fail-closed',
    meaning: 'Calls were refused because DynamoDB did not answer, and not because of their keys.',
    metric: own('FailedClosed', Stats.SUM, Duration.minutes(1)),
    threshold: 5,
    periods: [2, 3],
  },
];

function throttleRows({ functions, tables }: Watched): AlarmRow[] {
  const groups = Array.from({ length: Math.ceil(functions.length / MANY) }, (_, group) =>
    functions.slice(group * MANY, (group + 1) * MANY),
  );
  const stops = tables.map((table) => ({
    section: 'table-throttles',
    name: `table-throttles-${table.node.id.replaceAll('_', '-')}`,
    meaning: `DynamoDB throttled reads or writes of ${table.node.id}.`,
    metric: sumOf(
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => table.metric(name, { statistic: Stats.SUM })),
      'throttled',
    ),
    threshold: 10,
    periods: [2, 3] as const,
  }));
  return [
    ...groups.map((group, index) => ({
      section: 'function-throttles',
      name: `function-throttles-${index + 1}`,
      meaning: `Lambda refused to run one of ${group.map(({ name }) => name).join(', ')}: too many run at once.`,
      metric: sumOf(
        group.map((it) => it.function.metricThrottles({ statistic: Stats.SUM })),
        'throttled',
      ),
      threshold: 1,
      periods: [2, 3] as const,
    })),
    ...stops,
  ];
}

const UNCLAIMED_PAYMENTS: AlarmRow = {
  name: 'unclaimed-payments',
  meaning: 'Money was taken for an account that was erased meanwhile: it is to be paid back.',
  metric: own('UnclaimedPayments'),
  threshold: 1,
  periods: [1, 1],
};

function backgroundRows({ functions, queues, pipes, lambda }: Watched): AlarmRow[] {
  const inBackground = functions.filter(({ name }) => IN_BACKGROUND.includes(name));
  return [
    {
      name: 'background-errors',
      meaning: `One of ${inBackground.map(({ name }) => name).join(', ')} failed, and nobody waits who would hear of it.`,
      metric: sumOf(
        inBackground.map((it) => it.function.metricErrors({ statistic: Stats.SUM })),
        'errors',
      ),
      threshold: 1,
      periods: [2, 3],
    },
    ...queues.map(
      (queue): AlarmRow => ({
        name: `dead-letters-${whoseDeadLetters(queue)}`,
        meaning: 'Something failed for good, and waits in a queue to be looked at; it is deleted after 14 days.',
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
        threshold: 1,
        periods: [1, 1],
      }),
    ),
    ...pipes.map(
      (pipe): AlarmRow => ({
        name: 'pipe-failures',
        meaning: 'The pipe from the audit log to the event bus fails: events are late.',
        metric: new Metric({
          namespace: 'AWS/EventBridge/Pipes',
          metricName: 'ExecutionFailed',
          dimensionsMap: { PipeName: pipe.name ?? '' },
          statistic: Stats.SUM,
        }),
        threshold: 1,
        periods: [2, 3],
      }),
    ),
    {
      name: 'recorder-lag',
      meaning: 'Usage is shown five minutes late or more: log lines are counted that much after they were written.',
      metric: own('RecorderLag', Stats.MINIMUM),
      threshold: 300_000,
      periods: [3, 3],
    },
    {
      name: 'recorder-stopped',
      meaning: 'Calls were accepted, and none was counted as usage.',
      metric: new MathExpression({
        expression: 'IF(allowed >= 1 AND FILL(recorded, 0) < 1, 1, 0)',
        usingMetrics: { allowed: own('Allowed'), recorded: own('CallsRecorded') },
        period: FIVE_MINUTES,
      }),
      threshold: 1,
      periods: [3, 3],
    },
    {
      name: 'lines-set-aside',
      meaning: 'Log lines could not be read, and were kept aside: those calls are not in the usage.',
      metric: own('LinesSetAside'),
      threshold: 1,
      periods: [1, 1],
    },
    ...(inBackground.some(({ name }) => name === TOP_UP_CREDITS) ? [UNCLAIMED_PAYMENTS] : []),
    {
      name: 'notices-stopped',
      meaning:
        'The hourly run that tells of keys which end soon, and brings ledgers up, did not start for three hours.',
      metric: lambda(WRITE_NOTICES).metricInvocations({ statistic: Stats.SUM, period: HOUR }),
      threshold: 1,
      below: true,
      periods: [3, 3],
      missing: TreatMissingData.BREACHING,
    },
  ];
}

/** `events` for the queue `sensei-keys-events-dead-letters`. */
const whoseDeadLetters = (queue: Queue): string =>
  ((queue.node.defaultChild as CfnQueue).queueName ?? queue.node.id).replace(/^sensei-keys-|-dead-letters$/g, '');
