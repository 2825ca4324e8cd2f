import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import {
  EXPECTED_BUS,
  EXPECTED_FUNCTIONS,
  EXPECTED_PIPE,
  EXPECTED_QUEUES,
  EXPECTED_RULES,
  EXPECTED_RUNTIME,
  EXPECTED_SUBSCRIPTIONS,
  EXPECTED_TABLES,
  RECORDER,
  versionIn,
} from '../../cli/doctor/expected.ts';
import manifest from '../../package.json' with { type: 'json' };
import { ofType, referred, type Synthesized, serviceFunctions } from './support/synthesis.ts';

const { Resources } = JSON.parse(readFileSync(path.join(inject('assembly'), 'SenseiKeys.template.json'), 'utf8'));
const template: Synthesized = { resources: Resources, outputs: {} };

const keysOf = (schema: { AttributeName: string }[]) => schema.map(({ AttributeName }) => AttributeName).join(', ');

describe('what npm run keys -- doctor expects is what the stack makes:', () => {
  test('tables', () => {
    const tables = ofType(template, 'AWS::DynamoDB::Table').map(({ Properties }) => ({
      name: Properties.TableName,
      keys: keysOf(Properties.KeySchema),
      indexes: Object.fromEntries(
        (Properties.GlobalSecondaryIndexes ?? []).map((index: { IndexName: string; KeySchema: [] }) => [
          index.IndexName,
          keysOf(index.KeySchema),
        ]),
      ),
      ...(Properties.TimeToLiveSpecification && { timeToLive: Properties.TimeToLiveSpecification.AttributeName }),
      ...(Properties.StreamSpecification && { stream: Properties.StreamSpecification.StreamViewType }),
    }));
    expect(tables).toEqual(expect.arrayContaining([...EXPECTED_TABLES]));
    expect(tables).toHaveLength(EXPECTED_TABLES.length);
  });

  test('queues, functions, their runtime and version', () => {
    const queues = ofType(template, 'AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName);
    expect(queues).toEqual(expect.arrayContaining([...EXPECTED_QUEUES]));
    const functions = serviceFunctions(template).map(({ Properties }) => Properties);
    expect(functions.map(({ FunctionName }) => FunctionName)).toEqual(expect.arrayContaining([...EXPECTED_FUNCTIONS]));
    expect(new Set(functions.map(({ Runtime }) => Runtime))).toEqual(new Set([EXPECTED_RUNTIME]));
    expect(new Set(functions.map(({ Description }) => versionIn(Description)))).toEqual(new Set([manifest.version]));
  });

  test('the event pipe, the bus and the rule that runs by the clock', () => {
    expect(ofType(template, 'AWS::Pipes::Pipe').map(({ Properties }) => Properties.Name)).toEqual([EXPECTED_PIPE]);
    expect(ofType(template, 'AWS::Events::EventBus').map(({ Properties }) => Properties.Name)).toEqual([EXPECTED_BUS]);
    const rules = ofType(template, 'AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
    expect(rules.map(({ Properties }) => Properties.Name)).toEqual([...EXPECTED_RULES]);
  });

  test('the log groups whose lines are counted', () => {
    const filters = ofType(template, 'AWS::Logs::SubscriptionFilter').map(({ Properties }) => Properties);
    const groups = filters.map(({ LogGroupName }) => referred(template, LogGroupName).Properties.LogGroupName);
    expect(groups.toSorted()).toEqual([...EXPECTED_SUBSCRIPTIONS].toSorted());
    const functions = filters.map(({ DestinationArn }) => referred(template, DestinationArn).Properties.FunctionName);
    expect(new Set(functions)).toEqual(new Set([RECORDER]));
  });
});
