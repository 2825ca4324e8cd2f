import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvName } from '../lib/env.ts';
import { TOP_UP_CREDITS } from './endpoints.ts';
import { EVENT_SOURCE, type Outbox } from './outbox.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/** Sells credits, where a payment provider is configured; else it makes nothing. */
export class Billing extends Construct {
  /** What functions are told that have to do with payments. */
  readonly variables: Partial<Record<EnvName, string>>;
  private readonly secret: ISecret | undefined;

  constructor(scope: Construct, id: string, context: ServiceContext & { readonly outbox: Outbox }) {
    super(scope, id);
    const { billing } = context.settings;
    this.variables = billing ? { billingSecret: billing.secretName, returnUrl: billing.returnUrl } : {};
    this.secret = billing && Secret.fromSecretNameV2(this, 'Secret', billing.secretName);
    if (billing) this.topUps(context);
  }

  /** Lets a function talk to the payment provider: it reads the secret, and cannot look at what else is known of it. */
  grantProvider({ grantPrincipal }: IGrantable): void {
    if (!this.secret) return;
    // Secrets Manager ends the ARN of a secret with six characters of its own.
    const resources = [`${this.secret.secretArn}-??????`];
    grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }));
  }

  /** Tops up accounts as soon as the bus tells that they are to be. */
  private topUps({ outbox, ...context }: ServiceContext & { readonly outbox: Outbox }): void {
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `sensei-keys-${TOP_UP_CREDITS}-dead-letters`,
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: the on-failure destination of an asynchronous function.',
    });
    const topUp = new ServiceFunction(this, 'TopUp', {
      ...context,
      name: TOP_UP_CREDITS,
      grants: { userPreferences: ['GetItem', 'Query', 'PutItem', 'UpdateItem'], apiEvents: ['PutItem'] },
      environment: this.variables,
      logsMetrics: true,
      timeout: Duration.seconds(30),
    });
    this.grantProvider(topUp.function);
    topUp.function.configureAsyncInvoke({
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters),
    });
    new Rule(this, 'TopUpDue', {
      ruleName: `sensei-keys-${TOP_UP_CREDITS}`,
      description: 'Tops up accounts that have reached the threshold of their owners',
      eventBus: outbox.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: ['top_up.due'] },
      targets: [new LambdaFunction(topUp.function)],
    });
  }
}
