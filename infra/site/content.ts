import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Their names carry a hash of what they hold. */
const HASHED = 'assets/*';

/** What goes where. */
export interface SiteContentProps {
  /** The built page: `index.html`, `assets/` with hashed names, and whatever else. */
  readonly directory: string;
  /** What the page reads from `/config.json` when it starts; values may be known at deployment only. */
  readonly config: object;
  readonly bucket: IBucket;
  readonly logRetentionDays: number;
}

/**
 * Puts the page into its bucket: first files whose names tell what they hold, which a browser keeps for a year, then those
 * that name them, which are asked for each time, and which CloudFront keeps for a second. Hashed files of older pages stay:
 * browsers have these pages open.
 */
export class SiteContent extends Construct {
  constructor(scope: Construct, id: string, { directory, config, bucket, logRetentionDays }: SiteContentProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: '/aws/lambda/sensei-keys-site-content',
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role: IRole = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    // Vite's own notes are no part of the page.
    const page = Source.asset(directory, { exclude: ['.vite'] });
    const common = { destinationBucket: bucket, role, logGroup, memoryLimit: 512 };
    const hashed = new BucketDeployment(this, 'Hashed', {
      ...common,
      sources: [page],
      exclude: ['*'],
      include: [HASHED],
      prune: false,
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const named = new BucketDeployment(this, 'Named', {
      ...common,
      sources: [page, Source.jsonData('config.json', config)],
      exclude: [HASHED],
      cacheControl: [CacheControl.noCache()],
    });
    named.node.addDependency(hashed);
  }
}
