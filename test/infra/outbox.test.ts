import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../lib/events/event.ts';
import { settingsOf } from './support/settings.ts';
import { makeApp, ofType, referred, templateOf, templateWith } from './support/synthesis.ts';

const template = templateWith();
const only = (type: string) => {
  const [resource, ...more] = ofType(template, type);
  if (!resource || more.length > 0) throw new Error(`expected one ${type}`);
  return resource.Properties;
};

describe('the outbox', () => {
  const pipe = only('AWS::Pipes::Pipe');
  const stream = pipe.SourceParameters.DynamoDBStreamParameters;

  it('takes new events from the stream of their table, and notes beside them not', () => {
    expect(referred(template, pipe.Source).Properties).toMatchObject({
      TableName: 'api_events',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    const [{ Pattern }] = pipe.SourceParameters.FilterCriteria.Filters;
    expect(JSON.parse(Pattern)).toEqual({
      eventName: ['INSERT'],
      dynamodb: { Keys: { eventId: { S: [{ prefix: '0' }] } } },
    });
  });

  it('brings them, shaped by a function, to the bus under their type', () => {
    expect(referred(template, pipe.Enrichment).Properties.FunctionName).toBe('sensei-keys-shape-events');
    expect(referred(template, pipe.Target).Properties.Name).toBe('sensei-keys');
    expect(pipe.TargetParameters.EventBridgeEventBusParameters).toEqual({
      Source: 'sensei-keys',
      DetailType: '$.type',
    });
  });

  it('hands on no more at once than a bus takes: EventBridge makes no such pipe', () => {
    expect(stream.BatchSize).toBeLessThanOrEqual(10);
  });

  it('tries again, parts what fails, and keeps where it was for 14 days', () => {
    expect(stream).toMatchObject({ MaximumRetryAttempts: 20, OnPartialBatchItemFailure: 'AUTOMATIC_BISECT' });
    expect(referred(template, stream.DeadLetterConfig.Arn).Properties.MessageRetentionPeriod).toBe(14 * 86_400);
  });

  it('keeps every event in an archive, to be replayed', () => {
    expect(only('AWS::Events::Archive')).toMatchObject({
      EventPattern: { source: ['sensei-keys'] },
      RetentionDays: 90,
    });
  });

  it('may do that and nothing else', () => {
    const role = pipe.RoleArn['Fn::GetAtt'][0];
    const [policy] = ofType(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
    );
    const actions = policy?.Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) => Action);
    expect(actions.sort()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'events:PutEvents',
      'lambda:InvokeFunction',
      'sqs:SendMessage',
    ]);
  });
});

describe('mail of events', () => {
  const mailing = (mailEvents: unknown) => makeApp({ stages: { dev: { ...settingsOf('dev'), mailEvents } } }).app;

  it('is not there unless it is asked for', () => {
    expect(ofType(template, 'AWS::SNS::Topic')).toEqual([]);
  });

  it('goes to those named, of the types named', () => {
    const made = templateOf(mailing({ to: ['ops@example.com'], types: ['key.expiring', 'key.refused'] }));
    expect(ofType(made, 'AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'ops@example.com' }),
    ]);
    const rules = ofType(made, 'AWS::Events::Rule').filter(({ Properties }) => Properties.EventPattern);
    expect(rules.map(({ Properties }) => Properties.EventPattern)).toContainEqual({
      source: ['sensei-keys'],
      'detail-type': ['key.expiring', 'key.refused'],
    });
  });

  it.each([
    [{ to: [], types: ['key.expiring'] }, /mailEvents.to/],
    [{ to: ['ops'], types: ['key.expiring'] }, /mailEvents.to/],
    [{ to: ['ops@example.com'], types: ['everything'] }, /mailEvents.types/],
  ])('refuses %j by name', (wrong, message) => {
    expect(() => mailing(wrong)).toThrow(message);
  });

  it('can be of every type there is', () => {
    expect(() => mailing({ to: ['ops@example.com'], types: [...EVENT_TYPES] })).not.toThrow();
  });
});

describe('the notices', () => {
  it('are looked for every hour, in an index that holds keys with one to come alone', () => {
    const [rule] = ofType(template, 'AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
    expect(rule?.Properties.ScheduleExpression).toBe('rate(1 hour)');
    expect(referred(template, rule?.Properties.Targets[0].Arn).Properties.FunctionName).toBe(
      'sensei-keys-write-notices',
    );
    const [table] = ofType(template, 'AWS::DynamoDB::Table').filter(
      ({ Properties }) => Properties.TableName === 'user_preferences',
    );
    expect(table?.Properties.GlobalSecondaryIndexes).toContainEqual({
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'dueKind', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
  });
});
