import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { FilterPattern, type IFilterPattern, type ILogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RECORD_USAGE } from './endpoints.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/** The lines of usage among all that a function logs: in Lambda's JSON format `message` is what it logged. */
export const USAGE_LINES: IFilterPattern = FilterPattern.stringValue('$.message.kind', '=', 'usage');

/**
 * Counts usage after the fact, from logs: nothing of it is on the way of a request.
 *
 * A batch that cannot be recorded is delivered three times within six hours, and is then kept for 14 days in the queue
 * `sensei-keys-record-usage-dead-letters`: invoking the function with its `requestPayload` records it, once.
 */
export class UsageRecording extends Construct {
  private readonly recorder: ServiceFunction;

  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id);
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `sensei-keys-${RECORD_USAGE}-dead-letters`,
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: the on-failure destination of an asynchronous function.',
    });
    this.recorder = new ServiceFunction(this, 'Recorder', {
      ...context,
      name: RECORD_USAGE,
      grants: {
        apiUsage: ['UpdateItem', 'PutItem', 'BatchWriteItem'],
        apiEvents: ['PutItem'],
        userPreferences: ['NoteDue'],
      },
      timeout: Duration.minutes(1),
      logsMetrics: true,
    });
    this.recorder.function.configureAsyncInvoke({
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters),
    });
  }

  /**
   * Counts the calls that a log group tells of.
   *
   * @param logGroup An access log in {@link ACCESS_LOG_FORMAT}, or the log of a function that checks keys.
   * @param filterPattern Which of its lines. @default - all
   */
  follow(logGroup: ILogGroup, filterPattern: IFilterPattern = FilterPattern.allEvents()): void {
    new SubscriptionFilter(this, `From ${logGroup.node.path}`, {
      logGroup,
      filterPattern,
      destination: new LambdaDestination(this.recorder.function),
    });
  }
}
