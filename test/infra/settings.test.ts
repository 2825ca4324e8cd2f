import { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../infra/settings.ts';
import { settingsOf } from './support/settings.ts';

const dev = settingsOf('dev');
const read = (context: Record<string, unknown>) => readSettings(new App({ context }).node);
const readDev = (changes: Record<string, unknown>) => read({ stages: { dev: { ...dev, ...changes } } });

const REGIONAL = 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/keys/0123-abcd';

describe('settings', () => {
  it.each(['dev', 'prod'] as const)('of stage %s, as shipped, are valid', (stage) => {
    const stages = { dev, prod: settingsOf('prod') };
    expect(read({ stage, stages })).toEqual({ ...stages[stage], stage });
  });

  it('are those of dev unless a stage is named', () => {
    expect(readDev({}).stage).toBe('dev');
  });

  it.each([
    ['an unknown option', { retaindata: true }, /retaindata: unknown option/],
    ['a missing option', { retainData: undefined }, /retainData: .*expected boolean/],
    [
      'an unknown option in a group',
      { throttle: { requestsPerSecond: 1, burst: 1, rate: 1 } },
      /throttle\.rate: unknown/,
    ],
    ['a missing option in a group', { throttle: { burst: 1 } }, /throttle\.requestsPerSecond: .*expected number/],
    [
      'a retention that CloudWatch Logs has not',
      { logRetentionDays: 15 },
      /logRetentionDays: must be one of 1, 3, 5, 7, 14/,
    ],
    ['an unknown log level', { logLevel: 'LOUD' }, /logLevel: .*"DEBUG"\|"INFO"\|"WARN"\|"ERROR"/],
    ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }, /allowedOrigins\.0: must be an origin/],
    ['an identity of neither kind', { identity: {} }, /identity\.callbackUrls: /],
    [
      'a return to what is neither TLS nor this machine',
      { identity: { callbackUrls: ['http://keys.example.com/'] } },
      /identity\.callbackUrls\.0: must be an https URL, or http:\/\/localhost/,
    ],
    [
      'a return to a part of a page',
      { identity: { callbackUrls: ['https://keys.example.com/#in'] } },
      /identity\.callbackUrls\.0: must be an https URL.* without a fragment/,
    ],
    [
      'a host of the sign-in page that Cognito keeps for itself',
      { identity: { callbackUrls: ['https://a.example/'], domainPrefix: 'my-cognito' } },
      /identity\.domainPrefix: must be .* without "aws", "amazon" or "cognito"/,
    ],
    [
      'an issuer without an audience',
      { identity: { issuer: 'https://i.example', groupsClaim: 'g' } },
      /identity\.audience: /,
    ],
    [
      'an issuer that is no https URL',
      { identity: { issuer: 'i', audience: ['a'], groupsClaim: 'g' } },
      /identity\.issuer: must be an https URL/,
    ],
    [
      'a firewall of one region',
      { site: { webAclArn: REGIONAL } },
      /site\.webAclArn: must be the ARN of a global web ACL/,
    ],
    [
      'a certificate of another region',
      { site: { domain: { name: 'a.example', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/a' } } },
      /site\.domain\.certificateArn: must be the ARN of a certificate in us-east-1/,
    ],
    ['an unknown option of monitoring', { monitoring: { alarms: true } }, /monitoring\.alarms: unknown option/],
    [
      'an alarm for what is no address',
      { monitoring: { alarmsTo: ['ops'] } },
      /monitoring\.alarmsTo\.0: .*email address/i,
    ],
    ['a runbook that is nowhere', { monitoring: { runbookUrl: 'runbook' } }, /monitoring\.runbookUrl: /],
    ['tracing of another kind', { monitoring: { tracing: 'on' } }, /monitoring\.tracing: .*"xray"\|"off"/],
    ['an unknown option of the site', { site: { waf: true } }, /site\.waf: unknown option/],
    [
      'an option of the other kind of identity',
      { identity: { callbackUrls: ['https://a.example/'], audience: ['a'] } },
      /identity\.audience: unknown option/,
    ],
  ])('refuse %s by name', (_, changes, message) => {
    expect(() => readDev(changes)).toThrow(message);
  });

  it('list every problem at once', () => {
    expect(() => readDev({ logLevel: 1, extra: 1 })).toThrow(/logLevel: .*extra: /s);
  });

  it('refuse a stage that is not there, and name those that are', () => {
    expect(() => read({ stage: 'test', stages: { dev } })).toThrow(
      'stage "test" is not in cdk.json: context.stages has dev',
    );
  });

  it.each(['Prod', 'prod_eu', 'aws', 'a'.repeat(31)])('refuse a stage named %s, as its sign-in page would', (stage) => {
    expect(() => read({ stage, stages: { [stage]: dev } })).toThrow(/must be named with at most 30 lower-case letters/);
  });

  it('refuse context of no meaning, and leave the CDK its own', () => {
    expect(() => read({ stag: 'prod', stages: { dev } })).toThrow(
      'unknown context option stag: allowed are stage, stages',
    );
    expect(read({ 'aws:cdk:enable-path-metadata': true, '@aws-cdk/core:x': true, stages: { dev } }).stage).toBe('dev');
  });
});
