import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ADMIN_GROUP, type Identity } from './identity.ts';
import type { Settings } from './settings.ts';

/** The dashboard of one stage. */
export interface SiteStackProps extends StackProps {
  readonly settings: Settings;
  /** Where its files are. */
  readonly files: string;
  /** `https://…` of the HTTP API. */
  readonly apiUrl: string;
  readonly identity: Identity;
}

/** What cdk-nag finds of the function by which the CDK copies files into the bucket. */
const FINDINGS_OF_DEPLOYER = [
  'AwsSolutions-L1',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
  ...['Abort*', 'DeleteObject*', 'GetBucket*', 'GetObject*', 'List*'].map(
    (verbs) => `AwsSolutions-IAM5[Action::s3:${verbs}]`,
  ),
  'AwsSolutions-IAM5[Resource::*]',
  'AwsSolutions-IAM5[Resource::<Files8E6940B8.Arn>/*]',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]',
];

const YEAR = Duration.days(365);

/**
 * What a page may load and where it may send: itself, and who signs people in. Styles may stand in the page, as components
 * place themselves by them; scripts may not.
 */
const contentSecurityPolicy = (authority: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${authority}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    `form-action 'self' ${authority}`,
    "frame-ancestors 'none'",
  ].join('; ');

/** The dashboard: files in a bucket that nobody reaches but CloudFront, with the API on the same origin. */
export class SenseiKeysSiteStack extends Stack {
  constructor(scope: Construct, id: string, { settings, files, apiUrl, identity, ...props }: SiteStackProps) {
    super(scope, id, props);

    const removal = settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: removal,
      autoDeleteObjects: !settings.retainData,
    }) as IBucket;
    const rewrite = new EdgeFunction(this, 'Rewrite', {
      code: FunctionCode.fromInline(readFileSync(new URL('site/rewrite.js', import.meta.url), 'utf8')),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Every page of the dashboard is one file',
    });
    const headers = new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'Security of the dashboard',
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: contentSecurityPolicy(identity.connectTo),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: YEAR, includeSubdomains: true, preload: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
        ],
      },
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Sensei Keys dashboard (${settings.stage})`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(settings.site?.webAclArn && { webAclId: settings.site.webAclArn }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // What may be cached, and for how long, the files say themselves.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: headers,
        functionAssociations: [{ function: rewrite, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/api/*': {
          origin: new HttpOrigin(Fn.select(2, Fn.split('/', apiUrl))),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });
    this.deploy(bucket, distribution, files, identity);
    this.explain(bucket, distribution);
    new CfnOutput(this, 'DashboardUrl', { value: `https://${distribution.distributionDomainName}` });
  }

  private deploy(destinationBucket: IBucket, distribution: Distribution, files: string, identity: Identity): void {
    const hashed = new BucketDeployment(this, 'Assets', {
      destinationBucket,
      destinationKeyPrefix: 'assets',
      sources: [Source.asset(path.join(files, 'assets'))],
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(YEAR), CacheControl.immutable()],
      // A page that was loaded before goes on with the files it knows.
      prune: false,
    });
    const pages = new BucketDeployment(this, 'Pages', {
      destinationBucket,
      sources: [
        Source.asset(files, { exclude: ['assets', 'assets/**', '.vite', '.vite/**'] }),
        Source.jsonData('config.json', {
          authority: identity.authority,
          clientId: identity.clientId,
          scope: 'openid email profile',
          groupsClaim: identity.groupsClaim,
          adminGroup: ADMIN_GROUP,
          ...(identity.logoutUrl !== undefined && { logoutUrl: identity.logoutUrl }),
        }),
      ],
      cacheControl: [CacheControl.noCache()],
      prune: false,
      distribution,
      distributionPaths: ['/index.html', '/config.json'],
    });
    pages.node.addDependency(hashed);
  }

  private explain(bucket: IBucket, distribution: Distribution): void {
    const acknowledge = (construct: Construct, id: string, reason: string) =>
      Validations.of(construct).acknowledge({ id, reason });
    acknowledge(bucket, 'AwsSolutions-S1', 'It holds public files alone; who reads them is of no interest.');
    acknowledge(distribution, 'AwsSolutions-CFR1', 'Customers are wherever they are.');
    acknowledge(distribution, 'AwsSolutions-CFR2', 'A web ACL is named in the settings by who wants one.');
    acknowledge(distribution, 'AwsSolutions-CFR3', 'The API has an access log; files are of no interest.');
    acknowledge(
      distribution,
      'AwsSolutions-CFR4',
      'The domain of CloudFront itself; one of your own needs a certificate.',
    );
    for (const finding of FINDINGS_OF_DEPLOYER) {
      acknowledge(
        this,
        finding,
        "Of the CDK's own function that fills the bucket, which runs while the stack is deployed alone.",
      );
    }
  }
}
