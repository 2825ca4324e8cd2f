import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import type { App } from 'aws-cdk-lib/core';
import { describe, expect, test } from 'vitest';
import { settingsWith } from './support/settings.ts';
import { makeApp, ofType, templateOf } from './support/synthesis.ts';

/** A dashboard that holds next to nothing. */
const site = mkdtempSync(path.join(tmpdir(), 'site-'));
mkdirSync(path.join(site, 'assets'));
writeFileSync(path.join(site, 'index.html'), '<!doctype html>');
writeFileSync(path.join(site, 'assets', 'index-abc.js'), '');

const siteOf = (app: App) => templateOf(app, 'SenseiKeysSite');
const template = siteOf(makeApp({}, site).app);

const [distribution] = ofType(template, 'AWS::CloudFront::Distribution');
const config = distribution?.Properties.DistributionConfig;

describe('the dashboard', () => {
  test('lies in a bucket that nobody reaches but CloudFront, encrypted, over TLS alone', () => {
    const [bucket] = ofType(template, 'AWS::S3::Bucket');
    expect(bucket?.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket?.Properties.BucketEncryption).toBeDefined();
    const [policy] = ofType(template, 'AWS::S3::BucketPolicy');
    const text = JSON.stringify(policy?.Properties.PolicyDocument);
    expect(text).toContain('"aws:SecureTransport":"false"');
    expect(text).toContain('"Service":"cloudfront.amazonaws.com"');
    expect(ofType(template, 'AWS::CloudFront::OriginAccessControl')).toHaveLength(1);
  });

  test('has the API on its own origin, whole and never cached', () => {
    const [api, ...more] = config.CacheBehaviors;
    expect(more).toEqual([]);
    expect(api).toMatchObject({ PathPattern: '/api/*', ViewerProtocolPolicy: 'https-only' });
    expect(api.AllowedMethods).toEqual(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']);
    // Managed policies of AWS: CachingDisabled, AllViewerExceptHostHeader.
    expect(api.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(api.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
  });

  test('allows no script in the page, no frame around it, and no plain HTTP', () => {
    const [policy] = ofType(template, 'AWS::CloudFront::ResponseHeadersPolicy');
    const headers = policy?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    const csp = JSON.stringify(headers.ContentSecurityPolicy.ContentSecurityPolicy);
    expect(csp).toContain("default-src 'none'; script-src 'self'; ");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain('unsafe-eval');
    expect(headers.StrictTransportSecurity).toMatchObject({
      AccessControlMaxAgeSec: 31_536_000,
      IncludeSubdomains: true,
    });
    expect(config.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
    expect(config.DefaultCacheBehavior.ResponseHeadersPolicyId).toBeDefined();
  });

  test('keeps hashed files for ever, and asks anew for the page and its configuration', () => {
    const rules = ofType(template, 'Custom::CDKBucketDeployment').map(({ Properties }) => [
      Properties.DestinationBucketKeyPrefix,
      Properties.SystemMetadata['cache-control'],
    ]);
    expect(rules).toEqual([
      ['assets', 'public, max-age=31536000, immutable'],
      [undefined, 'no-cache'],
    ]);
  });

  test.each([
    ['/', '/index.html'],
    ['/keys', '/index.html'],
    ['/admin/', '/index.html'],
    ['/config.json', '/config.json'],
    ['/assets/index-abc.js', '/assets/index-abc.js'],
  ])('answers %s with %s', (uri, expected) => {
    const [rewrite] = ofType(template, 'AWS::CloudFront::Function');
    const context: { handler?: (event: object) => { uri: string } } = {};
    runInNewContext(rewrite?.Properties.FunctionCode, context);
    expect(context.handler?.({ request: { uri } }).uri).toBe(expected);
  });

  test('has the web ACL that the settings name, and none of another kind', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/keys/1';
    const guarded = siteOf(makeApp({ stages: settingsWith({ site: { webAclArn } }) }, site).app);
    const [found] = ofType(guarded, 'AWS::CloudFront::Distribution');
    expect(found?.Properties.DistributionConfig.WebACLId).toBe(webAclArn);
    const regional = webAclArn.replace('global', 'regional');
    expect(() => makeApp({ stages: settingsWith({ site: { webAclArn: regional } }) }, site)).toThrow('webAclArn');
  });

  test.each(['dev', 'prod'])('leaves no finding of cdk-nag unexplained in stage %s', (stage) => {
    const { app } = makeApp({ stage }, site);
    app.synth();
    const report = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations)).toEqual([]);
  });

  test('talks to an issuer that is there already, and to no other', () => {
    const identity = {
      issuer: 'https://id.example.com/tenant',
      audience: ['keys'],
      groupsClaim: 'groups',
    };
    const elsewhere = siteOf(makeApp({ stages: settingsWith({ identity }) }, site).app);
    const [policy] = ofType(elsewhere, 'AWS::CloudFront::ResponseHeadersPolicy');
    const headers = policy?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    expect(headers.ContentSecurityPolicy.ContentSecurityPolicy).toContain("connect-src 'self' https://id.example.com;");
  });
});
