import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ACCOUNTS_INDEX, DUE_INDEX } from './tables.ts';

/**
 * Updates that may touch some attributes only, and ask about no others while they write: beside the primary key, names of
 * at most three characters, and names that begin with the capital of a counter. Such names has the account's hot item
 * alone; what decides about a key has longer ones, in lower case.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
const CONFINED_UPDATES = {
  /** Counts a call. */
  Charge: ['email', 'record', '?', '??', '???', 'D*', 'I*', 'P*', 'Q*', 'R*', 'W*'],
  /** Notes that something of a record is due. */
  NoteDue: ['email', 'record', 'dueKind', 'dueAt'],
  /** Gives a call's credits back. */
  Refund: ['email', 'record', 'c', 'x', 'r', 'I*', 'D*'],
} as const;

/** What may be done in one partition only. */
const CONFINED_TO_PARTITION = {
  /** Removes what migrations keep for themselves. */
  TidyMigrations: { verbs: ['DeleteItem', 'BatchWriteItem'], partition: '#migrations' },
} as const;

type ConfinedToPartition = keyof typeof CONFINED_TO_PARTITION;

type ConfinedUpdate = keyof typeof CONFINED_UPDATES;

/** What functions are granted, one by one: verbs of DynamoDB, and updates that are confined to some attributes. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'BatchWriteItem'
  | 'Scan'
  | 'ConditionCheckItem'
  /** Finds what is due. */
  | 'QueryDue'
  /** Finds accounts. */
  | 'QueryAccounts'
  | ConfinedToPartition
  | ConfinedUpdate;

/** What one function may do to each table; a table that is not named is out of its reach. */
export interface TableGrants {
  readonly userPreferences?: readonly TableAction[];
  readonly apiKeys?: readonly TableAction[];
  readonly apiEvents?: readonly TableAction[];
  readonly apiUsage?: readonly TableAction[];
}

/** What may be asked of an index, and of nothing else. */
const INDEXES: Partial<Record<TableAction, string>> = { QueryDue: DUE_INDEX, QueryAccounts: ACCOUNTS_INDEX };

const isConfined = (action: TableAction): action is ConfinedUpdate => action in CONFINED_UPDATES;

const isInPartition = (action: TableAction): action is ConfinedToPartition => action in CONFINED_TO_PARTITION;

/** Lets a function do some things to a table; of its index no more than is said. */
export function grant(table: Table, grantee: IGrantable, actions: readonly TableAction[]): void {
  const add = (statement: PolicyStatement) => grantee.grantPrincipal.addToPrincipalPolicy(statement);
  const resources = [table.tableArn];
  const isWhole = (action: TableAction) => !isConfined(action) && !isInPartition(action) && !(action in INDEXES);
  const verbs = actions.filter(isWhole);
  if (verbs.length > 0) add(new PolicyStatement({ actions: verbs.map((verb) => `dynamodb:${verb}`), resources }));
  for (const index of Object.entries(INDEXES).flatMap(([action, name]) =>
    actions.includes(action as TableAction) ? name : [],
  )) {
    add(new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] }));
  }
  for (const { verbs, partition } of actions.filter(isInPartition).map((action) => CONFINED_TO_PARTITION[action])) {
    add(
      new PolicyStatement({
        actions: verbs.map((verb) => `dynamodb:${verb}`),
        resources,
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partition] },
          // "For all" is also true of none.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
  }
  for (const update of actions.filter(isConfined)) {
    add(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources,
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:Attributes': CONFINED_UPDATES[update] },
          // "For all" is also true of none.
          Null: { 'dynamodb:Attributes': 'false' },
        },
      }),
    );
  }
}
