import { describe, expect, it } from 'vitest';
import { AUTHORIZE, FUNCTION_NAMES, MIGRATE, TOP_UP_CREDITS } from '../../infra/endpoints.ts';
import { cell, hot, SLOTS } from '../../lib/accounts/account.ts';
import { keyWith } from '../support/records.ts';
import { holds } from './support/iam-condition.ts';
import { ofType, type Resource, referred, serviceFunctions, templateWith } from './support/synthesis.ts';

const template = templateWith();
const functions = serviceFunctions(template);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Parameters<typeof holds>[0];
}

const nameOf = ({ Properties: { TableName, LogGroupName, QueueName } }: Resource): string =>
  TableName ?? LogGroupName ?? QueueName;

/** The name of what an ARN leads to; of a table's index with the name of the index. */
function resourceName(resource: unknown): string {
  const { 'Fn::Join': join } = resource as { 'Fn::Join'?: [string, unknown[]] };
  const [table, ...rest] = join?.[1] ?? [resource];
  return nameOf(referred(template, table)) + rest.join('');
}

/** All that a function's role may do, by the name of the table, log group or queue. */
function statementsOf(name: string): { statement: Statement; on: string[]; may: string[] }[] {
  const lambda = functions.find(({ Properties }) => Properties.FunctionName === `sensei-keys-${name}`);
  const role = lambda?.Properties.Role['Fn::GetAtt'][0];
  const policies = ofType(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  expect(template.resources[role]?.Properties).not.toHaveProperty('ManagedPolicyArns');
  expect(template.resources[role]?.Properties).not.toHaveProperty('Policies');
  return policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.map((statement: Statement) => ({
      statement,
      on: [statement.Resource].flat().map((resource) => resourceName(resource)),
      may: [statement.Action].flat().toSorted(),
    })),
  );
}

const dynamodb = (...verbs: string[]) => verbs.map((verb) => `dynamodb:${verb}`).toSorted();
const READ = { user_preferences: dynamodb('GetItem', 'Query') };
const CHANGE = {
  user_preferences: dynamodb('GetItem', 'Query', 'PutItem', 'UpdateItem'),
  api_events: dynamodb('PutItem'),
};
const CHECK = {
  user_preferences: dynamodb('GetItem', 'BatchGetItem', 'UpdateItem'),
  api_keys: dynamodb('GetItem'),
};

const ALLOWED: Record<string, Record<string, string[]>> = {
  'list-keys': READ,
  'create-key': { ...CHANGE, api_keys: dynamodb('PutItem') },
  'revoke-all-keys': CHANGE,
  'revoke-key': CHANGE,
  'update-key': CHANGE,
  'rotate-key': { ...CHANGE, api_keys: dynamodb('PutItem') },
  'end-grace': CHANGE,
  'list-events': { api_events: dynamodb('Query') },
  'change-plan': CHANGE,
  'change-status': CHANGE,
  'grant-credits': CHANGE,
  'get-credits': READ,
  'list-plans': {},
  'find-users': {
    user_preferences: dynamodb('BatchGetItem'),
    'user_preferences/index/accounts': dynamodb('Query'),
  },
  'get-usage': { ...READ, api_usage: dynamodb('Query') },
  'write-notices': {
    user_preferences: dynamodb('BatchGetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    'user_preferences/index/due': dynamodb('Query'),
    api_events: dynamodb('PutItem'),
  },
  whoami: {},
  health: {},
  openapi: {},
  'verify-key': CHECK,
  authorize: CHECK,
  'shape-events': {},
  'view-account': { api_events: dynamodb('PutItem') },
  checkout: { user_preferences: dynamodb('GetItem', 'PutItem') },
  'billing-webhook': CHANGE,
  'set-top-up': CHANGE,
  'stop-top-up': CHANGE,
  'record-usage': {
    api_events: dynamodb('PutItem'),
    user_preferences: dynamodb('UpdateItem'),
    api_usage: dynamodb('UpdateItem', 'PutItem', 'BatchWriteItem'),
    'sensei-keys-record-usage-dead-letters': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
  },
};

describe('least privilege', () => {
  it.each(Object.entries(ALLOWED))('%s may do this, and nothing else: %o', (name, tables) => {
    const may: Record<string, string[]> = {};
    for (const { statement, on, may: actions } of statementsOf(name)) {
      expect(statement.Effect).toBe('Allow');
      for (const resource of on) may[resource] = [...(may[resource] ?? []), ...actions].toSorted();
    }
    expect(may).toEqual({
      ...tables,
      [`/aws/lambda/sensei-keys-${name}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    });
  });

  it('is told for every function', () => {
    expect([...Object.keys(ALLOWED), TOP_UP_CREDITS, MIGRATE].toSorted()).toEqual([...FUNCTION_NAMES].toSorted());
    expect(functions).toHaveLength(Object.keys(ALLOWED).length);
  });

  /** The CDK's own, which copies the dashboard when it is deployed: what it may do is the CDK's to say. */
  const isCopying = ({ Ref }: { Ref: string }) => Ref.startsWith('SiteContentRole');

  it('uses no wildcard action or resource', () => {
    const policies = ofType(template, 'AWS::IAM::Policy').filter(({ Properties }) => !Properties.Roles.some(isCopying));
    const text = policies.map(({ Properties }) => {
      const statements: Statement[] = Properties.PolicyDocument.Statement;
      return JSON.stringify(statements.map(({ Action, Resource }) => ({ Action, Resource })));
    });
    expect(text.filter((policy) => policy.includes('*'))).toEqual([]);
  });
});

describe.each([AUTHORIZE, 'verify-key'])('the updates of %s', (checker) => {
  const updates = statementsOf(checker).filter(({ may }) => may.includes('dynamodb:UpdateItem'));
  const permits = (...attributes: string[]): boolean =>
    updates.some(({ statement }) =>
      holds(statement.Condition ?? {}, { 'dynamodb:Attributes': ['email', 'record', ...attributes] }),
    );

  it('may charge every slot of an account', () => {
    for (const slot of SLOTS) {
      const charge = [hot.version, hot.keyVersion(slot), hot.requests(slot), hot.lastUsed(slot)];
      const limits = [hot.keyWindow(slot, 2), hot.keyQuota(slot, 'day')].map((prefix) => cell(prefix, 1_795_000_000));
      expect(permits(...charge, ...limits), charge.join()).toBe(true);
    }
  });

  it('may charge limits, quota and credits of an account', () => {
    const prefixes = [hot.planWindow(9), hot.accountQuota('month'), hot.includedSpent];
    const names = prefixes.map((prefix) => cell(prefix, 1_795_000_000));
    expect(permits(...names, hot.purchasedCredits, hot.suspended, hot.marker(SLOTS[15] ?? expect.fail()))).toBe(true);
  });

  const policy = [...Object.keys(keyWith()), 'deleteAt', 'dueAt', 'dueKind', 'status'].filter(
    (name) => name !== 'email',
  );

  it.each(policy)('may not write %s of a key record, alone or beside a charge', (attribute) => {
    expect(permits(attribute)).toBe(false);
    expect(permits(hot.requests(SLOTS[0] ?? expect.fail()), attribute)).toBe(false);
  });

  it('may not be made without naming their attributes', () => {
    expect(updates.map(({ statement }) => holds(statement.Condition ?? {}, {}))).toEqual([false]);
  });
});
