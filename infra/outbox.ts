import { Archive, EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SHAPE_EVENTS } from './endpoints.ts';
import { removalOf } from './removal.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/** Where events come from, as rules on the bus name it. */
export const EVENT_SOURCE = 'sensei-keys';

/**
 * A bus takes so many events at once, and a pipe to it no larger batches.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
const MOST_TO_A_BUS = 10;

/**
 * Brings every event of the audit log to an event bus: the item was written in the transaction of the change itself, and the
 * table's stream passes it on, so no change is without its event and no event without its change. At least once, in the order
 * of each account.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
 */
export class Outbox extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id);
    const { settings, tables } = context;
    this.bus = new EventBus(this, 'Bus', { eventBusName: 'sensei-keys', description: 'What happens to API keys' });
    const archive = new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      archiveName: 'sensei-keys',
      description: 'Every event, to be replayed',
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(90),
    });
    archive.applyRemovalPolicy(removalOf(settings));

    const shape = new ServiceFunction(this, 'Shape', { ...context, name: SHAPE_EVENTS, grants: {} });
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: 'sensei-keys-events-dead-letters',
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: that of the pipe.',
    });
    const stream = tables.apiEvents.tableStreamArn ?? '';
    const role = this.pipeRole(stream, deadLetters, shape);
    const pipe = new CfnPipe(this, 'Pipe', {
      name: 'sensei-keys-events',
      description: 'Events of the audit log to the bus',
      roleArn: role.roleArn,
      source: stream,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: JSON.stringify(NEW_EVENTS) }] },
        dynamoDbStreamParameters: {
          startingPosition: 'LATEST',
          batchSize: MOST_TO_A_BUS,
          maximumRetryAttempts: 20,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      },
      enrichment: shape.function.functionArn,
      target: this.bus.eventBusArn,
      targetParameters: { eventBridgeEventBusParameters: { source: EVENT_SOURCE, detailType: '$.type' } },
    });
    // A pipe is started at once, and fails if it may not read the stream yet.
    pipe.node.addDependency(role);
    if (settings.mailEvents) this.mail(settings.mailEvents);
  }

  private pipeRole(stream: string, deadLetters: Queue, shape: ServiceFunction): Role {
    const role = new Role(this, 'PipeRole', { assumedBy: new ServicePrincipal('pipes.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((verb) => `dynamodb:${verb}`),
        resources: [stream],
      }),
    );
    const may: [string, string][] = [
      ['sqs:SendMessage', deadLetters.queueArn],
      ['lambda:InvokeFunction', shape.function.functionArn],
      ['events:PutEvents', this.bus.eventBusArn],
    ];
    for (const [action, resource] of may) {
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    }
    return role;
  }

  /** Mails some types of events to some people, who must each confirm it once. */
  private mail({ to, types }: NonNullable<ServiceContext['settings']['mailEvents']>): void {
    const topic = new Topic(this, 'Mail', { topicName: 'sensei-keys-events', enforceSSL: true });
    for (const address of to) topic.addSubscription(new EmailSubscription(address));
    new Rule(this, 'MailRule', {
      ruleName: 'sensei-keys-mail-events',
      description: 'Mails events of API keys',
      eventBus: this.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: types },
      targets: [new SnsTopic(topic)],
    });
  }
}

/** New events, and not the notes beside them: ids are ULIDs, which begin with 0 until the year 3084. */
const NEW_EVENTS = { eventName: ['INSERT'], dynamodb: { Keys: { eventId: { S: [{ prefix: '0' }] } } } };
