import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { WRITE_NOTICES } from './endpoints.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/** Looks every hour for keys that end soon or lie idle. What one run does not get done, the next one does. */
export class KeyNotices extends Construct {
  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id);
    const writer = new ServiceFunction(this, 'Writer', {
      ...context,
      name: WRITE_NOTICES,
      grants: {
        userPreferences: ['QueryDue', 'BatchGetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem'],
        apiEvents: ['PutItem'],
      },
      timeout: Duration.minutes(15),
    });
    new Rule(this, 'Hourly', {
      ruleName: `sensei-keys-${WRITE_NOTICES}`,
      description: 'Tells of API keys that end soon or lie idle',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(writer.function, { retryAttempts: 2, maxEventAge: Duration.minutes(30) })],
    });
  }
}
