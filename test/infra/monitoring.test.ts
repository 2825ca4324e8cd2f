import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCheckMetrics } from '../../lib/metrics/check-metrics.ts';
import { NAMESPACE } from '../../lib/metrics/emf.ts';
import { recordingLine } from '../../lib/metrics/recording-metrics.ts';
import { unclaimedLine } from '../../lib/metrics/unclaimed-payment.ts';
import { anchorsOf } from '../support/markdown.ts';
import { settingsWith } from './support/settings.ts';
import { makeApp, ofType, type Resource, referred, serviceFunctions, templateOf } from './support/synthesis.ts';

const SELLING = { billing: { secretName: 'sensei-keys/stripe', returnUrl: 'https://keys.example.com/credits' } };
const templateWith = (settings: Record<string, unknown>) => templateOf(makeApp({ stages: settingsWith(settings) }).app);

const runbookUrl = 'https://wiki.example.com/keys/runbook';
const dev = templateWith({});
/** Everything that a stage can be told. */
const full = templateWith({
  ...SELLING,
  monitoring: { alarmsTo: ['ops@example.com'], runbookUrl, creditsPerHour: 5_000, tracing: 'xray' },
});

interface CloudWatchMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

const alarmsOf = (template: typeof dev): Resource[] => ofType(template, 'AWS::CloudWatch::Alarm');

/** The metrics that an alarm looks at: one, or those of its expression. */
const metricsOf = ({ Properties }: Resource): CloudWatchMetric[] =>
  Properties.MetricName
    ? [Properties]
    : Properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: CloudWatchMetric } }) =>
        MetricStat ? [MetricStat.Metric] : [],
      );

/** Names of the resources that alarms watch by metrics of a name. */
const watched = (template: typeof dev, metricName: string): string[] =>
  alarmsOf(template)
    .flatMap(metricsOf)
    .filter(({ MetricName }) => MetricName === metricName)
    .flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value }) => nameOf(template, Value)))
    .toSorted();

function nameOf(template: typeof dev, value: unknown): string {
  if (typeof value === 'string') return value;
  const { FunctionName, TableName, QueueName } = referred(template, value).Properties;
  return FunctionName ?? TableName ?? QueueName;
}

const names = (template: typeof dev, type: string, property: string): string[] =>
  ofType(template, type)
    .map(({ Properties }) => Properties[property])
    .toSorted();

describe.each([
  ['a stage as shipped', dev, 'docs/runbook.md'],
  ['one that is told all that there is', full, runbookUrl],
])('the alarms of %s', (_, template, url) => {
  it('watch the throttles of every function', () => {
    const functions = serviceFunctions(template).map(({ Properties }) => Properties.FunctionName);
    expect(watched(template, 'Throttles')).toEqual(functions.toSorted());
  });

  it('watch the failures of every function that nobody waits for', () => {
    const asynchronous = [
      'record-usage',
      'write-notices',
      'shape-events',
      ...(template === full ? ['top-up-credits'] : []),
    ];
    expect(watched(template, 'Errors')).toEqual(asynchronous.map((name) => `sensei-keys-${name}`).toSorted());
  });

  it.each(['ReadThrottleEvents', 'WriteThrottleEvents'])('watch the %s of every table', (metric) => {
    expect(watched(template, metric)).toEqual(names(template, 'AWS::DynamoDB::Table', 'TableName'));
  });

  it('watch every queue and every pipe', () => {
    expect(watched(template, 'ApproximateNumberOfMessagesVisible')).toEqual(
      names(template, 'AWS::SQS::Queue', 'QueueName'),
    );
    expect(watched(template, 'ExecutionFailed')).toEqual(names(template, 'AWS::Pipes::Pipe', 'Name'));
  });

  it.each(alarmsOf(template).map((alarm) => [alarm.Properties.AlarmName, alarm] as const))(
    '%s says what it means, where the runbook tells what to do, and what missing data stand for',
    (name, { Properties }) => {
      const { AlarmDescription, TreatMissingData } = Properties;
      const [meaning, link = ''] = AlarmDescription.split(' Runbook: ');
      expect(meaning).toMatch(/^[A-Z].{20,}\.$/);
      const [page, section] = link.split('#');
      expect(page).toBe(url);
      expect(name.startsWith(`sensei-keys-${section}`)).toBe(true);
      expect(anchorsOf(RUNBOOK)).toContain(section);
      expect(TreatMissingData).toBe(section === 'notices-stopped' ? 'breaching' : 'notBreaching');
    },
  );

  it('ask for no more than ten metrics each, which is the most that CloudWatch takes', () => {
    for (const alarm of alarmsOf(template)) expect(metricsOf(alarm).length).toBeLessThanOrEqual(10);
  });
});

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

it('the runbook has a section for each alarm, and none for one that there is not', () => {
  const [, alarms = ''] = RUNBOOK.split(/^## Alarms$/m);
  const sections = [...(alarms.split(/^## /m)[0] ?? '').matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  const linked = alarmsOf(full).map(({ Properties }) => Properties.AlarmDescription.split('#')[1]);
  expect(sections.toSorted()).toEqual([...new Set(linked)].toSorted());
});

it('alarms name no metric of the service that its functions do not make', () => {
  const lines: string[] = [];
  const metrics = createCheckMetrics(Date.now, (line) => lines.push(line));
  metrics.failedClosed({ calls: 1, contention: 0, milliseconds: 1 });
  lines.push(recordingLine({ events: [{ id: '1', timestamp: 0, message: '' }], calls: 1, setAside: 0 }, 1) ?? '');
  lines.push(unclaimedLine(1) ?? '');
  const made = lines.flatMap((line) =>
    JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name),
  );
  const own = alarmsOf(full)
    .flatMap(metricsOf)
    .filter(({ Namespace }) => Namespace === NAMESPACE);
  expect(own.length).toBeGreaterThan(5);
  expect(made).toEqual(expect.arrayContaining(own.map(({ MetricName }) => MetricName)));
});

describe('where people are to be told', () => {
  it('every alarm tells them when it is raised and when it is over, and else none has an action', () => {
    const [topic] = ofType(full, 'AWS::SNS::Topic');
    for (const { Properties } of alarmsOf(full)) {
      for (const actions of [Properties.AlarmActions, Properties.OKActions]) {
        expect(actions.map((action: unknown) => referred(full, action))).toEqual([topic]);
      }
    }
    for (const { Properties } of alarmsOf(dev)) expect(Properties).not.toHaveProperty('AlarmActions');
    expect(ofType(dev, 'AWS::SNS::Topic')).toEqual([]);
  });

  it('only alarms of this account may publish, and only by TLS', () => {
    const [policy] = ofType(full, 'AWS::SNS::TopicPolicy');
    const statements = policy?.Properties.PolicyDocument.Statement;
    expect(statements).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(ofType(full, 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint)).toEqual([
      'ops@example.com',
    ]);
  });
});

describe('spending', () => {
  it('is unusual above a band that CloudWatch learns', () => {
    const alarm = alarmsOf(dev).find(({ Properties }) => Properties.AlarmName.endsWith('unusual-spend'));
    expect(JSON.stringify(alarm?.Properties.Metrics)).toMatch(/ANOMALY_DETECTION_BAND.*, 4\)/);
    expect(alarm?.Properties.ComparisonOperator).toBe('GreaterThanUpperThreshold');
    expect(ofType(dev, 'AWS::CloudWatch::AnomalyDetector')).toHaveLength(1);
  });

  it('or from a number that the stage says', () => {
    const alarm = alarmsOf(full).find(({ Properties }) => Properties.AlarmName.endsWith('unusual-spend'));
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'CreditsCharged',
      Threshold: 5_000,
      Period: 3_600,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    expect(ofType(full, 'AWS::CloudWatch::AnomalyDetector')).toEqual([]);
  });
});

describe('the dashboard', () => {
  const [dashboard] = ofType(dev, 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);

  it.each([
    'Traffic',
    'Verdicts by code',
    'The check, ms',
    'Errors of functions',
    'Throttles of functions',
    'Throttles of tables',
    'Dead letters',
    'Recorder lag, ms',
    'Credits spent',
  ])('shows: %s', (title) => {
    expect(body).toContain(`\\"title\\":\\"${title}\\"`);
  });

  it('refers to every function, table and queue', () => {
    const types = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue'];
    const ids = Object.entries(dev.resources).filter(
      ([, it]) => types.includes(it.Type) || serviceFunctions(dev).includes(it),
    );
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter(([id]) => !body.includes(`"${id}"`)).map(([id]) => id)).toEqual([]);
  });
});

it('neither alarms nor dashboard are made where they are switched off', () => {
  const template = templateWith({ monitoring: { enabled: false } });
  const types = Object.values(template.resources).map(({ Type }) => Type);
  expect(types.filter((type) => type.startsWith('AWS::CloudWatch::'))).toEqual([]);
});

describe('traces', () => {
  const modes = (template: typeof dev) =>
    new Set(serviceFunctions(template).map(({ Properties }) => Properties.TracingConfig?.Mode));

  it('are off unless a stage asks for them', () => {
    expect(modes(dev)).toEqual(new Set([undefined]));
    expect(JSON.stringify(dev)).not.toContain('xray:');
  });

  it('are sent to X-Ray by every function, which may do that and nothing else for it', () => {
    expect(modes(full)).toEqual(new Set(['Active']));
    const statements = (template: typeof dev): { Action: string | string[]; Resource: unknown }[] =>
      ofType(template, 'AWS::IAM::Policy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const isTrace = ({ Action }: { Action: string | string[] }) =>
      [Action].flat().every((it) => it.startsWith('xray:'));
    const traces = statements(full).filter(isTrace);
    expect(traces).toHaveLength(serviceFunctions(full).length);
    for (const { Action } of traces) expect(Action).toEqual(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
  });
});

describe('logs', () => {
  it.each([
    ['as shipped', dev],
    ['with all that there is', full],
  ])('are forgotten after the time that the stage says, all of them, %s', (_, template) => {
    const groups = ofType(template, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(serviceFunctions(template).length + 1);
    expect(groups.filter(({ Properties }) => Properties.RetentionInDays !== 14)).toEqual([]);
  });

  it('go to a group of the template from every function, so that none is made that is kept for ever', () => {
    // It empties the site's bucket when the stack of a stage that keeps nothing is deleted: the CDK gives it no group.
    const isLast = ({ Properties }: Resource) => JSON.stringify(Properties.Role).includes('CustomS3AutoDeleteObjects');
    const functions = ofType(dev, 'AWS::Lambda::Function').filter((lambda) => !isLast(lambda));
    expect(functions.length).toBeGreaterThan(serviceFunctions(dev).length);
    for (const { Properties } of functions) {
      expect(referred(dev, Properties.LoggingConfig?.LogGroup).Type).toBe('AWS::Logs::LogGroup');
    }
  });
});
