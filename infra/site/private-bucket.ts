import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * A bucket that nobody reads but who is granted it, by TLS 1.2 or later, and which holds nothing in clear.
 *
 * @param retainData keeps it, with what is in it, when the stack is deleted.
 */
export const privateBucket = (
  scope: Construct,
  id: string,
  { retainData }: { readonly retainData: boolean },
  props: BucketProps,
): IBucket =>
  new Bucket(scope, id, {
    ...props,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    autoDeleteObjects: !retainData,
    // The CDK's class does not fit its own interface where optional properties are exact.
  }) as IBucket;
