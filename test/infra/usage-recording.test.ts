import { describe, expect, it } from 'vitest';
import { USAGE_LINE } from '../../lib/usage/usage-line.ts';
import { settingsOf } from './support/settings.ts';
import { ofType, referred, serviceFunctions, templateWith } from './support/synthesis.ts';

const template = templateWith();
const names = (functions: readonly { Properties: { FunctionName: string } }[]) =>
  functions.map(({ Properties }) => Properties.FunctionName);

describe('the recording of usage', () => {
  it('follows the access log whole, and of functions that check keys the lines of usage', () => {
    const filters = ofType(template, 'AWS::Logs::SubscriptionFilter').map(({ Properties }) => ({
      from: referred(template, Properties.LogGroupName).Properties.LogGroupName,
      pattern: Properties.FilterPattern,
      to: referred(template, Properties.DestinationArn).Properties.FunctionName,
    }));
    const to = 'sensei-keys-record-usage';
    const pattern = `{ $.message.kind = "${USAGE_LINE}" }`;
    expect(filters).toEqual([
      { from: '/aws/vendedlogs/sensei-keys/access', pattern: '', to },
      { from: '/aws/lambda/sensei-keys-authorize', pattern, to },
      { from: '/aws/lambda/sensei-keys-verify-key', pattern, to },
    ]);
  });

  it('never follows its own log, which would go round for ever', () => {
    const followed = ofType(template, 'AWS::Logs::SubscriptionFilter').map(
      ({ Properties }) => referred(template, Properties.LogGroupName).Properties.LogGroupName,
    );
    expect(followed).not.toContain('/aws/lambda/sensei-keys-record-usage');
  });

  it('may be invoked by each of these log groups, and by nobody else', () => {
    const permissions = ofType(template, 'AWS::Lambda::Permission').filter(({ Properties }) =>
      names([referred(template, Properties.FunctionName)]).includes('sensei-keys-record-usage'),
    );
    expect(permissions.map(({ Properties }) => Properties.Principal)).toEqual(Array(3).fill('logs.amazonaws.com'));
    expect(permissions.every(({ Properties }) => Properties.SourceArn)).toBe(true);
  });

  it('is tried three times within six hours, and keeps what failed for 14 days', () => {
    const [config] = ofType(template, 'AWS::Lambda::EventInvokeConfig');
    expect(config?.Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 6 * 3_600 });
    const queue = referred(template, config?.Properties.DestinationConfig.OnFailure.Destination);
    expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
  });

  it.each([
    ['ERROR', 'INFO'],
    ['WARN', 'INFO'],
    ['DEBUG', 'DEBUG'],
  ])('has its lines, and metrics, also in a stage that logs %s', (logLevel, expected) => {
    const stages = { dev: { ...settingsOf('dev'), logLevel } };
    const functions = serviceFunctions(templateWith({ stages }));
    const levels = Object.fromEntries(
      functions.map(({ Properties }) => [Properties.FunctionName, Properties.LoggingConfig.ApplicationLogLevel]),
    );
    expect(levels).toMatchObject({
      'sensei-keys-authorize': expected,
      'sensei-keys-verify-key': expected,
      'sensei-keys-record-usage': expected,
      'sensei-keys-whoami': logLevel,
    });
  });
});
