import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The parts of a site of which cdk-nag finds something. */
export interface Explained {
  readonly logs: IBucket;
  readonly distribution: Distribution;
  readonly content: Construct;
  /** From where the site's files are copied and whereto, as cdk-nag writes it. */
  readonly buckets: readonly string[];
}

const CLIENTS = 'The service is for customers in every country.';
const FIREWALL =
  'A web ACL is charged by the request, so it is a choice of the account that deploys: the setting site.webAclArn.';
const CERTIFICATE =
  "CloudFront's own certificate, for its own host names, comes with its own policy; with the setting site.domain it is TLSv1.2_2021.";
const COPIES =
  'The CDK itself grants this to the function that copies the site: to two buckets, and to no other thing.';
const PROVIDER = 'The function, its runtime included, is that of the CDK, which runs at deployments only.';

/** Says of each finding of cdk-nag about a site why it is so. */
export function explainFindings({ logs, distribution, content, buckets }: Explained): void {
  const explain = (scope: Construct, id: string, reason: string) =>
    Validations.of(scope).acknowledge({ id: `AwsSolutions-${id}`, reason });
  explain(logs, 'S1', 'It is the bucket of the logs itself.');
  explain(distribution, 'CFR1', CLIENTS);
  explain(distribution, 'CFR2', FIREWALL);
  explain(distribution, 'CFR4', CERTIFICATE);
  for (const action of ['GetObject', 'GetBucket', 'List', 'DeleteObject', 'Abort']) {
    explain(content, `IAM5[Action::s3:${action}*]`, COPIES);
  }
  for (const bucket of buckets) explain(content, `IAM5[Resource::${bucket}/*]`, COPIES);
  for (const child of Stack.of(content).node.children) {
    if (child.node.id.startsWith('Custom::CDKBucketDeployment')) explain(child as Construct, 'L1', PROVIDER);
  }
}
