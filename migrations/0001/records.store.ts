import { type AttributeValue, BatchGetItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { ACCOUNT_RECORD, hot } from '../../lib/accounts/account.ts';
import { LISTED } from '../../lib/accounts/change.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { planNamed } from '../../lib/accounts/plans.ts';
import { type Batch, readInLots } from '../../lib/store/batch-read.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { PATIENT } from '../../lib/store/retry.ts';
import type { Row } from '../migration.ts';

type Key = Record<string, AttributeValue>;

export const rowKey = (address: string): Key => ({ email: { S: address }, record: { S: 'preferences' } });

export const accountKey = (email: Email): Key => ({ email: { S: email }, record: { S: ACCOUNT_RECORD } });

const PLAN = '#plan';

/** An account as the first change to it would make it, had it nothing in it: on the plan of whoever chose none. */
export const putAccount = ({ tables, plans }: Database, email: Email): TransactWriteItem => ({
  Put: {
    TableName: tables.userPreferences,
    Item: {
      ...accountKey(email),
      [hot.version]: { N: '1' },
      [hot.plan]: { S: planNamed(plans, undefined).name },
      [hot.listed]: { S: LISTED },
    },
    ConditionExpression: 'attribute_not_exists(email)',
  },
});

/** A clause that an account is there. */
export const checkAccount = ({ tables }: Database, email: Email): TransactWriteItem => ({
  ConditionCheck: {
    TableName: tables.userPreferences,
    Key: accountKey(email),
    ConditionExpression: 'attribute_exists(email)',
  },
});

const MADE_WITH = ['email', 'record', hot.version, hot.plan, hot.listed].toSorted().join();

/** Tells whether an account is as it was made: every change to it gives it another version, and a call more attributes. */
export const isAsMade = (account: Row): boolean =>
  Object.keys(account).toSorted().join() === MADE_WITH && account[hot.version]?.N === '1';

/** Deletes an account, if it is as it was read. */
export const deleteAccount = ({ tables }: Database, email: Email, account: Row): TransactWriteItem => ({
  Delete: {
    TableName: tables.userPreferences,
    Key: accountKey(email),
    ConditionExpression: `${hot.version} = :version AND ${PLAN} = :plan`,
    ExpressionAttributeNames: { [PLAN]: hot.plan },
    ExpressionAttributeValues: {
      ':version': account[hot.version] as AttributeValue,
      ':plan': account[hot.plan] as AttributeValue,
    },
  },
});

/** Reads the accounts of some addresses whole, by address: those that there are. */
export const readAccounts = (db: Database, emails: readonly Email[]): Promise<Map<string, Row>> =>
  readItems(db, [...new Set(emails)].map(accountKey));

/** Reads the keys of rows, by address: those that there are. */
export const findRows = (db: Database, emails: readonly Email[]): Promise<Map<string, Row>> =>
  readItems(db, [...new Set(emails)].map(rowKey), 'email');

/** @param attributes a projection. @default - all */
async function readItems({ client, tables }: Database, keys: readonly Key[], attributes?: string) {
  const items = await readInLots(keys, PATIENT, async (Keys): Promise<Batch<Key, Row>> => {
    const request = { Keys, ConsistentRead: true, ...(attributes && { ProjectionExpression: attributes }) };
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tables.userPreferences]: request } }),
    );
    return {
      found: Responses?.[tables.userPreferences] ?? [],
      left: UnprocessedKeys?.[tables.userPreferences]?.Keys ?? [],
    };
  });
  return new Map(items.map((item): [string, Row] => [item.email?.S ?? '', item]));
}
