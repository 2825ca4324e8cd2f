import { readFileSync } from 'node:fs';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Aws, type CfnElement, CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ADMIN_GROUP, type Identity } from './identity.ts';
import type { Settings } from './settings.ts';
import { SiteContent } from './site/content.ts';
import { explainFindings } from './site/findings.ts';
import { privateBucket } from './site/private-bucket.ts';
import { apiHeaders, pageHeaders } from './site/security-headers.ts';

/** What the page is made of, and what it speaks with. */
export interface SiteProps {
  readonly settings: Settings;
  /** Where the built page is: `index.html`, and `assets/` with hashed names. */
  readonly directory: string;
  readonly api: HttpApi;
  readonly identity: Identity;
}

const SINGLE_PAGE = new URL('site/single-page.js', import.meta.url);

/** The paths at which the page takes people back from sign-in and sign-out. */
const RETURN_PATHS = ['/', '/signed-in'];

/**
 * CloudFront would keep these answers of the API for 10 s, whatever cache policy and `Cache-Control` say, and give the error
 * of one caller to the next one at that path.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/**
 * The dashboard: files in a private bucket, which CloudFront alone may read, and the API under `/api/` of the same origin.
 */
export class Site extends Construct {
  /** Where people find it, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, directory, api, identity }: SiteProps) {
    super(scope, id);
    const logs = this.makeLogBucket(settings);
    const bucket = privateBucket(this, 'Files', settings, {
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'files/',
    });
    const { domain, webAclArn } = settings.site ?? {};
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Sensei Keys (${settings.stage})`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'edge/',
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
      ...(webAclArn && { webAclId: webAclArn }),
      defaultBehavior: this.pageBehavior(bucket, identity),
      additionalBehaviors: { '/api/*': this.apiBehavior(api) },
      errorResponses: ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    this.url = `https://${domain?.name ?? distribution.distributionDomainName}`;
    identity.allowReturnTo(RETURN_PATHS.map((path) => this.url + path));

    const content = new SiteContent(this, 'Content', {
      directory,
      bucket,
      logRetentionDays: settings.logRetentionDays,
      config: {
        authority: identity.issuer,
        clientId: identity.clientId,
        scope: identity.scope,
        groupsClaim: identity.groupsClaim,
        adminGroup: ADMIN_GROUP,
        apiUrl: '',
        ...identity.signOut(`${this.url}/`),
      },
    });
    explainFindings({ logs, distribution, content, buckets: [ASSETS, `<${logicalId(bucket)}.Arn>`] });
    new CfnOutput(Stack.of(this), 'SiteUrl', { value: this.url });
  }

  /** CloudFront's own log needs a bucket with access control lists. */
  private makeLogBucket(settings: Settings): IBucket {
    return privateBucket(this, 'Logs', settings, {
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(settings.logRetentionDays) }],
    });
  }

  private pageBehavior(bucket: IBucket, identity: Identity): BehaviorOptions {
    const singlePage = new EdgeFunction(this, 'SinglePage', {
      comment: 'Paths of the dashboard are index.html',
      code: FunctionCode.fromInline(readFileSync(SINGLE_PAGE, 'utf8')),
      runtime: FunctionRuntime.JS_2_0,
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: pageHeaders(this, 'PageHeaders', identity.sources),
      compress: true,
      // The function is at this behaviour alone, where error pages would be for the API's answers too.
      functionAssociations: [{ function: singlePage, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
  }

  private apiBehavior(api: HttpApi): BehaviorOptions {
    return {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // API Gateway finds the API by its own host name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: apiHeaders(this, 'ApiHeaders'),
      compress: true,
    };
  }
}

/** The bucket to which the CDK uploads, as cdk-nag writes it. */
const ASSETS = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';

const logicalId = (bucket: IBucket): string => Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
