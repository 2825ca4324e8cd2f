import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { edgeFunction } from '../../local/site/edge-function.ts';
import { settingsOf } from './support/settings.ts';
import { ofType, type Resource, referred, type Synthesized, templateWith } from './support/synthesis.ts';

const dev = templateWith();

const only = (template: Synthesized, type: string): Resource => {
  const [first, ...more] = ofType(template, type);
  if (!first || more.length > 0) throw new Error(`expected one ${type}, found ${more.length + (first ? 1 : 0)}`);
  return first;
};
const distributionOf = (template: Synthesized) =>
  only(template, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;

const distribution = distributionOf(dev);
const [api] = distribution.CacheBehaviors;
const page = distribution.DefaultCacheBehavior;
const originOf = ({ TargetOriginId }: { TargetOriginId: string }) =>
  distribution.Origins.find(({ Id }: { Id: string }) => Id === TargetOriginId);

/** A text of the template, with what is known at deployment only as `<…>`. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref } = value as Record<string, unknown>;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(written).join(join[0] as string);
  if (Array.isArray(attribute)) return `<${dev.resources[attribute[0]]?.Type.split('::')[2]}.${attribute[1]}>`;
  return String(Ref).startsWith('AWS::') ? `<${Ref}>` : `<${dev.resources[String(Ref)]?.Type.split('::')[2]}>`;
}

const withSite = (site: Record<string, unknown>) => templateWith({ stages: { dev: { ...settingsOf('dev'), site } } });

describe('the bucket', () => {
  const bucket = referred(dev, originOf(page).DomainName);

  it('is private, encrypted, refuses what is not TLS, and logs who reads it', () => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: {} }] },
      LoggingConfiguration: { LogFilePrefix: 'files/' },
    });
    expect(bucket.Properties).not.toHaveProperty('WebsiteConfiguration');
  });

  it('is read by the distribution alone, by a signed request', () => {
    expect(referred(dev, originOf(page).OriginAccessControlId).Properties.OriginAccessControlConfig).toMatchObject({
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    const policy = ofType(dev, 'AWS::S3::BucketPolicy').find(
      ({ Properties }) => referred(dev, Properties.Bucket) === bucket,
    );
    const statements: { Effect: string; Action: string; Principal: object; Condition?: unknown }[] =
      policy?.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action === 's3:GetObject')).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      }),
    ]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => Condition)).toContainEqual({
      Bool: { 'aws:SecureTransport': 'false' },
    });
  });
});

describe('the distribution', () => {
  it('speaks HTTP/2 and 3, sends plain HTTP on to HTTPS, and compresses', () => {
    expect(distribution).toMatchObject({
      HttpVersion: 'http2and3',
      DefaultRootObject: 'index.html',
      IPV6Enabled: true,
    });
    expect(page).toMatchObject({ ViewerProtocolPolicy: 'redirect-to-https', Compress: true });
  });

  it('has no error pages, which would replace the answers of the API too', () => {
    const pages = distribution.CustomErrorResponses.filter((error: object) => 'ResponsePagePath' in error);
    expect(pages).toEqual([]);
  });

  it('keeps no error of the API, which would be given to the next caller at that path', () => {
    const kept = distribution.CustomErrorResponses.map(
      ({ ErrorCode, ErrorCachingMinTTL }: Record<string, number>) => [ErrorCode, ErrorCachingMinTTL] as const,
    );
    expect(kept).toEqual([400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((status) => [status, 0]));
  });

  it('passes /api/* to the API uncached, with every method, header, cookie and query string but the host', () => {
    expect(distribution.CacheBehaviors).toHaveLength(1);
    expect(api).toMatchObject({
      PathPattern: '/api/*',
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      // CloudFront's own: CachingDisabled, AllViewerExceptHostHeader.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    expect(api).not.toHaveProperty('FunctionAssociations');
    expect(written(originOf(api).DomainName)).toBe('<Api>.execute-api.<AWS::Region>.<AWS::URLSuffix>');
    expect(originOf(api).CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
  });

  it('has its own name unless one is given, with a certificate, which needs TLS 1.2 of 2021', () => {
    expect(distribution).not.toHaveProperty('Aliases');
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/abc-1';
    const template = withSite({ domain: { name: 'keys.example.com', certificateArn } });
    expect(distributionOf(template)).toMatchObject({
      Aliases: ['keys.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(template.outputs.SiteUrl?.Value).toBe('https://keys.example.com');
    expect(only(template, 'AWS::Cognito::UserPoolClient').Properties.CallbackURLs).toContain(
      'https://keys.example.com/',
    );
  });

  it('stands behind a firewall if one is given', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/keys/0123-abcd';
    expect(distribution).not.toHaveProperty('WebACLId');
    expect(distributionOf(withSite({ webAclArn })).WebACLId).toBe(webAclArn);
  });
});

describe('the headers of the page', () => {
  const { SecurityHeadersConfig: headers, CustomHeadersConfig: custom } = referred(dev, {
    Ref: page.ResponseHeadersPolicyId.Ref,
  }).Properties.ResponseHeadersPolicyConfig;
  const policy = Object.fromEntries(
    written(headers.ContentSecurityPolicy.ContentSecurityPolicy)
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );
  const POOL = '<UserPool.ProviderURL>/ https://<UserPoolDomain>.auth.<AWS::Region>.amazoncognito.com/';

  it('allow nothing but its own scripts, and to speak with its own origin and the user pool', () => {
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': `'self' ${POOL}`,
      'manifest-src': "'self'",
      'frame-src': POOL,
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': `'self' ${POOL}`,
    });
  });

  it('keep it to HTTPS, out of frames, and its powers to itself', () => {
    expect(headers).toMatchObject({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin' },
    });
    expect(custom.Items.map(({ Header }: { Header: string }) => Header)).toEqual([
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
      'permissions-policy',
    ]);
  });

  it('name a given issuer, and the origins of its endpoints', () => {
    const identity = { issuer: 'https://id.example.com/keys', audience: ['a'], groupsClaim: 'roles' };
    const endpointOrigins = ['https://tokens.example.com'];
    const stages = { dev: { ...settingsOf('dev'), identity: { ...identity, endpointOrigins } } };
    const template = templateWith({ stages });
    const [csp] = ofType(template, 'AWS::CloudFront::ResponseHeadersPolicy')
      .map(({ Properties }) => Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy)
      .filter(({ ContentSecurityPolicy }) => ContentSecurityPolicy.includes('script-src'));
    expect(csp.ContentSecurityPolicy).toContain(
      "connect-src 'self' https://id.example.com https://tokens.example.com;",
    );
  });
});

describe('what is deployed', () => {
  const [hashed, named, ...more] = ofType(dev, 'Custom::CDKBucketDeployment').map(({ Properties }) => Properties);

  it('is kept for a year where names carry a hash, and older files stay; all else is asked for each time', () => {
    expect(more).toEqual([]);
    expect(hashed).toMatchObject({
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect(named).toMatchObject({
      Exclude: ['assets/*'],
      Prune: true,
      SystemMetadata: { 'cache-control': 'no-cache' },
    });
  });

  it('tells the page who signs people in, by values that are known at deployment only', () => {
    expect(Object.values(named.SourceMarkers[1]).map(written)).toEqual([
      '<UserPool.ProviderURL>',
      '<UserPoolClient>',
      '<UserPoolDomain>',
      '<AWS::Region>',
      '<UserPoolClient>',
      '<Distribution.DomainName>',
    ]);
  });
});

describe('the user pool’s client', () => {
  const client = only(dev, 'AWS::Cognito::UserPoolClient').Properties;

  it('returns to the dashboard from sign-in and sign-out, with no setting', () => {
    const urls = [
      'http://localhost:3000/',
      'https://<Distribution.DomainName>/',
      'https://<Distribution.DomainName>/signed-in',
    ];
    expect(client.CallbackURLs.map(written)).toEqual(urls);
    expect(client.LogoutURLs.map(written)).toEqual(urls);
  });

  it('is told once of an address that the settings have too', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0123';
    const site = { domain: { name: 'keys.example.com', certificateArn } };
    const identity = { callbackUrls: ['https://keys.example.com/'] };
    const template = templateWith({ stages: { dev: { ...settingsOf('dev'), identity, site } } });
    const { CallbackURLs } = only(template, 'AWS::Cognito::UserPoolClient').Properties;
    expect(CallbackURLs).toEqual(['https://keys.example.com/', 'https://keys.example.com/signed-in']);
  });

  it('gives a browser the code flow, refresh tokens for one use each, and revocation', () => {
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      EnableTokenRevocation: true,
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
    });
    expect(client.ExplicitAuthFlows).not.toContain('ALLOW_REFRESH_TOKEN_AUTH');
  });
});

describe('the function at the edge', () => {
  const code = referred(dev, page.FunctionAssociations[0].FunctionARN).Properties;
  const atEdge = edgeFunction(code.FunctionCode);

  it('runs before the cache, on the runtime that knows its syntax, and is no longer than 10 KB', () => {
    expect(page.FunctionAssociations).toMatchObject([{ EventType: 'viewer-request' }]);
    expect(code.FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    expect(Buffer.byteLength(code.FunctionCode)).toBeLessThan(10_240);
    expect(code.FunctionCode).toBe(readFileSync('infra/site/single-page.js', 'utf8'));
  });

  it.each([
    ['/', '/index.html'],
    ['/keys', '/index.html'],
    ['/keys/01JD', '/index.html'],
    ['/admin/users/ada@example.com', '/index.html'],
    ['/admin/users/ada%40example.io', '/index.html'],
    ['/signed-in', '/index.html'],
    ['/assets/', '/index.html'],
    ['/.env', '/index.html'],
    ['/assets/index-1a2b3c4d.js', '/assets/index-1a2b3c4d.js'],
    ['/assets/a.b.woff2', '/assets/a.b.woff2'],
    ['/config.json', '/config.json'],
    ['/favicon.ico', '/favicon.ico'],
    ['/site.webmanifest', '/site.webmanifest'],
    ['/LOGO.SVG', '/LOGO.SVG'],
  ])('takes %s to %s', (uri, file) => {
    expect(atEdge({ method: 'GET', uri })).toBe(file);
  });
});
