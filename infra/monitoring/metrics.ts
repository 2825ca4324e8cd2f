import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** Where the functions put what they tell of themselves. */
export const NAMESPACE = 'SenseiKeys';

export const FIVE_MINUTES = Duration.minutes(5);

/** Metrics of the functions' own, as `lib/metrics` makes them. */
export type ServiceMetric =
  | 'Allowed'
  | 'Refused'
  | 'FailedClosed'
  | 'CreditsCharged'
  | 'ContentionRetries'
  | 'CheckLatency'
  | 'DynamoDBCalls'
  | 'RecorderLag'
  | 'CallsRecorded'
  | 'LinesSetAside'
  | 'UnclaimedPayments';

/** A metric of the functions' own. */
export const own = (metricName: ServiceMetric, statistic: string = Stats.SUM, period = FIVE_MINUTES): Metric =>
  new Metric({ namespace: NAMESPACE, metricName, statistic, period });

/** The sum of metrics, of which those without data are 0. At most ten: an alarm takes no more. */
export function sumOf(metrics: readonly IMetric[], label: string, period = FIVE_MINUTES): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics, label, period });
}

/** A share in percent, 0 where the whole is below a least number: one call of two is no trend. */
export const percentOf = (part: string, whole: string, least: number, usingMetrics: Record<string, IMetric>) =>
  new MathExpression({
    expression: `IF(${whole} >= ${least}, 100 * ${part} / ${whole}, 0)`,
    usingMetrics,
    period: FIVE_MINUTES,
  });
