import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Plans } from '../accounts/plans.ts';

/** The tables of the service, by their names in the account. */
export interface Tables {
  /** Partition `email`, sort `record`: preferences, account, keys of one user. */
  readonly userPreferences: string;
  /** Partition `keyHash`: whose key it is. */
  readonly apiKeys: string;
  /** Partition `email`, sort `eventId`: the audit log, which is also the outbox. */
  readonly apiEvents: string;
  /** Partition `email`, sort `bucket`: usage counters. */
  readonly apiUsage: string;
}

/** Their names as the stack gives them: what stands outside of its functions has no variables that say so. */
export const TABLES: Tables = {
  userPreferences: 'user_preferences',
  apiKeys: 'api_keys',
  apiEvents: 'api_events',
  apiUsage: 'api_usage',
};

/** What a store needs: a client, where its tables are, and the plans that its accounts are on. */
export interface Database {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Tables;
  readonly plans: Plans;
}
