/** Units of CloudWatch, as far as they are used here. */
export type Unit = 'Count' | 'Milliseconds';

/** A metric takes so many values in one document. */
export const MOST_VALUES = 100;

/** Where all metrics of the service are; alarms and dashboard name it too. */
export const NAMESPACE = 'SenseiKeys';

/** One metric: what was counted, or each value that was measured. */
export interface Metric {
  readonly unit: Unit;
  readonly value: number | readonly number[];
}

/** Metrics of one moment. */
export interface MetricDocument {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  /**
   * What tells metrics of one name apart. Each combination of values is billed as a metric of its own: so never a key, an
   * address or anything else that callers choose.
   */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/**
 * One line in CloudWatch's Embedded Metric Format, from which CloudWatch Logs makes metrics. Metrics without a value are
 * left out.
 *
 * @returns `undefined` if no metric is left.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfLine({ at, metrics, dimensions = {} }: MetricDocument): string | undefined {
  const named = Object.entries(metrics).filter(([, { value }]) => typeof value === 'number' || value.length > 0);
  if (named.length === 0) return undefined;
  const directive = {
    Namespace: NAMESPACE,
    Dimensions: [Object.keys(dimensions)],
    Metrics: named.map(([Name, { unit: Unit }]) => ({ Name, Unit })),
  };
  return JSON.stringify({
    _aws: { Timestamp: at, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
  });
}
