import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, User } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { settingsWith } from './support/settings.ts';
import { makeApp } from './support/synthesis.ts';

/** The rules of which findings are left unexplained. */
function unexplained(app: App): string[] {
  const report = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }: { violations: { ruleName: string }[] }) =>
    violations.map(({ ruleName }) => ruleName),
  );
}

describe('the AWS Solutions rules', () => {
  it.each(['dev', 'prod'])('leave no finding unexplained in stage %s', (stage) => {
    const { app } = makeApp({ stage });
    app.synth();
    expect(unexplained(app)).toEqual([]);
  });

  it('leave none unexplained where credits are sold, alarms are mailed and calls are traced', () => {
    const billing = { secretName: 'sensei-keys/stripe', returnUrl: 'https://keys.example.com/credits' };
    const monitoring = { alarmsTo: ['ops@example.com'], tracing: 'xray' };
    const { app } = makeApp({ stages: settingsWith({ billing, monitoring }) });
    app.synth();
    expect(unexplained(app)).toEqual([]);
  });

  it('and CloudFormation’s fail synthesis over what it would refuse', () => {
    const { app, stack } = makeApp();
    new CfnQueue(stack, 'Queue', { delaySeconds: 901 });
    expect(() => app.synth()).toThrow(/DelaySeconds/);
  });

  it('fail synthesis over a finding that nobody has explained', () => {
    const { app, stack } = makeApp();
    new HttpApi(stack, 'WithoutAccessLog');
    new User(stack, 'User').addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    expect(() => app.synth()).toThrow(/AwsSolutions-APIG1/);
    expect(unexplained(app)).toEqual(
      expect.arrayContaining([
        'AwsSolutions-APIG1',
        'AwsSolutions-IAM5[Action::s3:*]',
        'AwsSolutions-IAM5[Resource::*]',
      ]),
    );
  });
});
