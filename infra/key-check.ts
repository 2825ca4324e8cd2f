import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AUTHORIZE } from './endpoints.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/**
 * The only attributes that the authorizer may write, or ask about while it writes: the primary key, and names of at
 * most three characters. Such names has the account's hot item alone; what decides about a key has longer ones.
 */
const CHARGEABLE = ['email', 'record', '?', '??', '???'];

/**
 * The function that checks API keys. It counts calls on the account's hot item, and its role can write nothing else:
 * no key record, and nothing in `api_keys`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export class KeyCheck extends ServiceFunction {
  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id, {
      ...context,
      name: AUTHORIZE,
      grants: { apiKeys: ['GetItem'], userPreferences: ['GetItem', 'BatchGetItem'] },
      timeout: Duration.seconds(5),
      memorySize: 1024,
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [context.tables.userPreferences.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:Attributes': CHARGEABLE },
          // "For all" is also true of none.
          Null: { 'dynamodb:Attributes': 'false' },
        },
      }),
    );
  }
}
