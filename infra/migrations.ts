import { readdirSync } from 'node:fs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type CfnElement, CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, type IConstruct } from 'constructs';
import { MIGRATE } from './endpoints.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

const FOLDER = new URL('../migrations/', import.meta.url);

/** The number of the newest migration, by the files there are. */
export const newestMigration = (): number =>
  Math.max(...readdirSync(FOLDER).map((file) => Number(/^(\d{4})-.+\.ts$/.exec(file)?.[1] ?? 0)));

/**
 * Runs migrations when the stack is deployed, if there are newer ones than at the last deployment. They have an hour, as
 * CloudFormation gives a custom resource no more: a larger table is migrated by hand (`npm run migrate`).
 */
export class Migrations extends Construct {
  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id);
    const runner = new ServiceFunction(this, 'Runner', {
      ...context,
      name: MIGRATE,
      grants: {
        userPreferences: [
          'Scan',
          'Query',
          'GetItem',
          'BatchGetItem',
          'PutItem',
          'UpdateItem',
          'ConditionCheckItem',
          'TidyMigrations',
        ],
      },
      timeout: Duration.minutes(10),
      memorySize: 1769,
    });
    const provider = new Provider(this, 'Provider', {
      onEventHandler: runner.function,
      isCompleteHandler: runner.function,
      queryInterval: Duration.seconds(30),
      totalTimeout: Duration.hours(1),
      logGroup: new LogGroup(this, 'ProviderLogs', {
        logGroupName: '/aws/lambda/sensei-keys-migrate-provider',
        retention: context.settings.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    const run = new CustomResource(this, 'Run', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::SenseiKeysMigrations',
      serviceTimeout: Duration.hours(1),
      properties: { newest: newestMigration() },
    });
    run.node.addDependency(runner, context.tables);
    explainFindings(provider, runner);
  }
}

const FRAMEWORK = 'It is the part of the CDK that stands between CloudFormation and the function, at deployments only';
const LOGS = `${FRAMEWORK}: its roles may write logs, and the CDK gives them AWS's own policy for that.`;
const VERSIONS = `${FRAMEWORK}: the CDK lets it invoke this one function, whatever its version.`;
const WAITER =
  'The state machine does nothing but ask the function again; what there is to know is in the logs of the function.';

/** Says of each finding of cdk-nag about the provider why it is so. */
function explainFindings(provider: Provider, runner: ServiceFunction): void {
  const explain = (id: string, reason: string) =>
    Validations.of(provider).acknowledge({ id: `AwsSolutions-${id}`, reason });
  const handlers = ['framework-isComplete', 'framework-onTimeout'].map((id) => provider.node.findChild(id));
  explain(`IAM4[Policy::${BASIC_EXECUTION}]`, LOGS);
  for (const handler of [runner.function, ...handlers]) {
    explain(`IAM5[Resource::<${logicalId(handler)}.Arn>:*]`, VERSIONS);
  }
  explain('SF1', WAITER);
  explain('SF2', WAITER);
}

const BASIC_EXECUTION = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

const logicalId = (construct: IConstruct): string =>
  Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
