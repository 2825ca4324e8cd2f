import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MIGRATE } from '../../infra/endpoints.ts';
import { newestMigration } from '../../infra/migrations.ts';
import { MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { readStack } from '../../local/template.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import { PLACE } from '../support/stack-tables.ts';
import { settingsWith } from './support/settings.ts';
import { makeApp, ofType, referred, templateOf } from './support/synthesis.ts';

const ON = { stages: settingsWith({ migrations: 'onDeploy' }) };
const { app } = makeApp(ON);
const onDeploy = templateOf(app);
const TYPE = 'Custom::SenseiKeysMigrations';

const runner = ofType(onDeploy, 'AWS::Lambda::Function').find(
  ({ Properties }) => Properties.FunctionName === `sensei-keys-${MIGRATE}`,
);

describe('with migrations: onDeploy', () => {
  test('a deployment runs them when it brings a newer one, and only then', () => {
    const [run, ...others] = ofType(onDeploy, TYPE);
    expect(others).toEqual([]);
    const { ServiceToken: _, ...properties } = run?.Properties ?? {};
    expect(properties).toEqual({ newest: newestMigration(), ServiceTimeout: '3600' });
  });

  test('it counts the migrations that there are', () => {
    expect(newestMigration()).toBe(MIGRATIONS.length);
    expect(MIGRATIONS.map(({ id }) => id)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  test('they may read and write their one table, and delete nothing but what they keep for themselves', () => {
    const role = runner?.Properties.Role['Fn::GetAtt'][0];
    const statements = ofType(onDeploy, 'AWS::IAM::Policy')
      .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
    for (const { Resource } of statements) {
      expect(referred(onDeploy, Resource).Properties.TableName).toBe('user_preferences');
    }
    const verbs = ['Scan', 'Query', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'];
    expect(statements).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: verbs.map((verb) => `dynamodb:${verb}`) }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [MIGRATIONS_PARTITION] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    ]);
  });

  test('they begin when the tables and their rights are there', () => {
    const [run] = ofType(onDeploy, TYPE);
    const { DependsOn } = run as unknown as { DependsOn: string[] };
    expect(DependsOn.map((id) => onDeploy.resources[id]?.Type)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::IAM::Policy', 'AWS::Lambda::Function']),
    );
  });

  test('no finding of the AWS Solutions rules is left unexplained', () => {
    const report = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations)).toEqual([]);
  });

  test('npm start plays the stack as it does without', () => {
    const { schedules, rules, subscriptions, pipes } = readStack(app.outdir, PLACE);
    const callers = JSON.stringify({ schedules, rules, subscriptions, pipes });
    expect(callers).not.toContain(MIGRATE);
  });
});

test('by hand, which is the default, nothing of them is deployed', () => {
  const text = JSON.stringify(templateOf(makeApp().app));
  expect(text).not.toContain(`sensei-keys-${MIGRATE}`);
  expect(text).not.toContain(TYPE);
  expect(text).not.toContain('AWS::StepFunctions');
});

test('another word is refused by name', () => {
  expect(() => makeApp({ stages: settingsWith({ migrations: 'always' }) })).toThrow(/migrations: .*onDeploy.*byHand/);
});
