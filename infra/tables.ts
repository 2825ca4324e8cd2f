import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** How the tables outlive their stack. */
export interface TablesProps {
  /** Keep the tables when the stack is deleted, and protect them from deletion. */
  readonly retainData: boolean;
}

/** The records of `user_preferences` that something is to be done about, by when: a record without `dueAt` is not in it. */
export const DUE_INDEX = 'due';

/** The accounts, by address. A call does not write to it, as it changes no key of it. */
export const ACCOUNTS_INDEX = 'accounts';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/**
 * The tables, on demand, with point-in-time recovery. They carry fixed names, which operators and migrations
 * know: so an account holds one stage of the service per region.
 */
export class Tables extends Construct {
  /** Everything of one user: preferences, account, keys. */
  readonly userPreferences: Table;
  /** Which key a secret belongs to, by the secret's SHA-256. */
  readonly apiKeys: Table;
  /** The audit log, which is also the outbox. */
  readonly apiEvents: Table;
  /** Usage counters per minute, hour and day. */
  readonly apiUsage: Table;

  constructor(scope: Construct, id: string, { retainData }: TablesProps) {
    super(scope, id);

    const table = (
      name: string,
      key: { partitionKey: Attribute; sortKey?: Attribute },
      options: Partial<TableProps> = {},
    ) =>
      new Table(this, name, {
        tableName: name,
        ...key,
        ...options,
        billingMode: BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: retainData,
        // A protected table stays in any case, and to try to delete it would leave a failed deployment stuck.
        removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });

    const timeToLiveAttribute = 'deleteAt';
    const perUser = { partitionKey: text('email') };
    this.userPreferences = table(
      'user_preferences',
      { ...perUser, sortKey: text('record') },
      {
        timeToLiveAttribute,
      },
    );
    this.userPreferences.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: text('dueKind'),
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.userPreferences.addGlobalSecondaryIndex({
      indexName: ACCOUNTS_INDEX,
      partitionKey: text('a'),
      sortKey: text('email'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.apiKeys = table('api_keys', { partitionKey: text('keyHash') });
    const outbox = { timeToLiveAttribute, stream: StreamViewType.NEW_IMAGE };
    this.apiEvents = table('api_events', { ...perUser, sortKey: text('eventId') }, outbox);
    this.apiUsage = table('api_usage', { ...perUser, sortKey: text('bucket') }, { timeToLiveAttribute });
  }
}
