import {
  Alarm,
  AnomalyDetectionAlarm,
  CfnAnomalyDetector,
  ComparisonOperator,
  type CreateAlarmOptions,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AlarmRow, alarmRows } from './monitoring/alarms.ts';
import { serviceDashboard } from './monitoring/dashboard.ts';
import type { Watched } from './monitoring/watched.ts';
import { RUNBOOK, type Settings } from './settings.ts';

const { NOT_BREACHING } = TreatMissingData;

/** What alarms of both kinds are told. */
type AlarmOptions = Omit<CreateAlarmOptions, 'threshold' | 'comparisonOperator'>;

/** What is watched, and who is told. */
export interface MonitoringProps {
  readonly settings: Settings;
  readonly watched: Watched;
}

/**
 * The dashboard and the alarms of a stage. Each alarm says what it means and where the runbook tells what to do. Its price
 * is that of its metrics, 0.10 US dollars a month each.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { settings, watched }: MonitoringProps) {
    super(scope, id);
    const { alarmsTo, runbookUrl = RUNBOOK, creditsPerHour } = settings.monitoring ?? {};
    const actions = alarmsTo ? [new SnsAction(this.topic(alarmsTo))] : [];
    const alarms = alarmRows(watched, { creditsPerHour }).map((row) => this.alarm(row, runbookUrl));
    for (const alarm of alarms) {
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
    }
    serviceDashboard(this, watched, alarms);
  }

  private alarm(row: AlarmRow, runbookUrl: string): Alarm {
    const { name, section = name, meaning, metric, threshold, periods, missing = NOT_BREACHING } = row;
    const [over, of] = periods;
    const options: AlarmOptions = {
      alarmName: `sensei-keys-${name}`,
      alarmDescription: `${meaning} Runbook: ${runbookUrl}#${section}`,
      datapointsToAlarm: over,
      evaluationPeriods: of,
      treatMissingData: missing,
    };
    if (threshold === 'anomaly') return this.anomaly(name, metric as Metric, options);
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
    const comparisonOperator = row.below ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    return new Alarm(this, name, { ...options, metric, threshold, comparisonOperator });
  }

  /** What was usual is learnt in two weeks, and again whenever it changes. */
  private anomaly(name: string, metric: Metric, options: AlarmOptions): Alarm {
    const { namespace, metricName, statistic } = metric;
    const detector = new CfnAnomalyDetector(this, `${name}-band`, {
      singleMetricAnomalyDetector: { namespace, metricName, stat: statistic },
    });
    const alarm = new AnomalyDetectionAlarm(this, name, {
      ...options,
      metric,
      stdDevs: 4,
      comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    });
    alarm.node.addDependency(detector);
    return alarm;
  }

  /** Mails alarms to people, who must each confirm it once. */
  private topic(addresses: readonly string[]): Topic {
    const topic = new Topic(this, 'Topic', { topicName: 'sensei-keys-alarms', enforceSSL: true });
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    // A policy of one's own takes the place of the one by which alarms of the account may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return topic;
  }
}
