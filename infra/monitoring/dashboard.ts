import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AUTHORIZE, RECORD_USAGE } from '../endpoints.ts';
import { FIVE_MINUTES, NAMESPACE, own } from './metrics.ts';
import type { Watched } from './watched.ts';

const WIDTH = 12;
const HEIGHT = 6;

const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
  new GraphWidget({ title, left, right, width: WIDTH, height: HEIGHT, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } });

/** Every metric of a name that there is, whatever the values of its dimensions. */
const search = (term: string, statistic: string, label = ''): MathExpression =>
  new MathExpression({ expression: `SEARCH('${term}', '${statistic}', 300)`, label, period: FIVE_MINUTES });

/** One page: what callers see, what the check does, what runs behind. */
export function serviceDashboard(scope: Construct, watched: Watched, alarms: readonly Alarm[]): Dashboard {
  const { api, functions, tables, queues, pipes, lambda } = watched;
  const sum = { statistic: Stats.SUM, period: FIVE_MINUTES };
  const authorize = lambda(AUTHORIZE);
  const ofTables = (...names: string[]) =>
    tables.flatMap((table) =>
      names.map((name) => table.metric(name, { ...sum, label: `${table.node.id} ${name.replace('Events', '')}` })),
    );

  return new Dashboard(scope, 'Dashboard', {
    dashboardName: 'sensei-keys',
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 2 * WIDTH, height: HEIGHT })],
      [
        graph('Traffic', [api.metricCount(sum)], [api.metricClientError(sum), api.metricServerError(sum)]),
        graph(
          'What callers wait for, ms',
          ['p50', 'p95', 'p99'].map((statistic) =>
            api.metricLatency({ statistic, label: statistic, period: FIVE_MINUTES }),
          ),
        ),
      ],
      [
        graph('Verdicts by code', [search(`{${NAMESPACE},Code} MetricName="Verdicts"`, 'Sum')]),
        graph(
          'The check, ms',
          ['p50', 'p95', 'p99'].map((statistic) => own('CheckLatency', statistic).with({ label: statistic })),
        ),
      ],
      [
        graph('Credits spent', [own('CreditsCharged')]),
        graph(
          'The check and DynamoDB',
          [own('DynamoDBCalls', Stats.AVERAGE), own('DynamoDBCalls', Stats.MAXIMUM)],
          [own('ContentionRetries'), own('FailedClosed')],
        ),
      ],
      [
        graph(
          'Errors of functions',
          functions.map((it) => it.function.metricErrors({ ...sum, label: it.name })),
        ),
        graph(
          'Throttles of functions',
          functions.map((it) => it.function.metricThrottles({ ...sum, label: it.name })),
        ),
      ],
      [
        graph('Throttles of tables', ofTables('ReadThrottleEvents', 'WriteThrottleEvents')),
        graph('Units of tables', ofTables('ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits')),
      ],
      [
        graph('Recorder lag, ms', [own('RecorderLag', Stats.MINIMUM), own('RecorderLag', Stats.MAXIMUM)]),
        graph('Recorded as usage', [own('CallsRecorded')], [own('LinesSetAside')]),
      ],
      [
        graph(
          'Dead letters',
          queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM })),
        ),
        graph(
          'Pipe to the event bus',
          pipes.map(({ name }) => search(`{AWS/EventBridge/Pipes,PipeName} PipeName="${name}" Execution`, 'Sum')),
        ),
      ],
      [
        graph('Containers at once', [
          authorize.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, label: AUTHORIZE }),
          lambda(RECORD_USAGE).metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, label: RECORD_USAGE }),
        ]),
        graph('Duration of the authorizer, ms', [
          authorize.metricDuration({ statistic: 'p50', label: 'p50' }),
          authorize.metricDuration({ statistic: 'p99', label: 'p99' }),
        ]),
      ],
    ],
  });
}
