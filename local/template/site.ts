import path from 'node:path';
import type { LocalSite, SiteContent } from '../model.ts';
import type { Hosts } from './hosts.ts';
import type { OfType, Properties } from './references.ts';

interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly ResponseHeadersPolicyId?: string;
  readonly FunctionAssociations?: readonly { readonly EventType: string; readonly FunctionARN: string }[];
}

interface DistributionConfig {
  readonly DefaultRootObject?: string;
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: readonly Behavior[];
  readonly Origins: readonly { readonly Id: string; readonly S3OriginConfig?: object }[];
}

/**
 * Reads the distribution whose default behavior is a bucket, with what was put into that bucket.
 *
 * @returns nothing where the template has none.
 * @throws Error that names what is not played here.
 */
export function readSite(ofType: OfType, directory: string, hosts: Hosts): LocalSite | undefined {
  const [distribution, ...more] = ofType('AWS::CloudFront::Distribution');
  if (!distribution) return undefined;
  if (more.length > 0) throw new Error('expected one distribution in the template, found more');
  const config = distribution.properties.DistributionConfig as DistributionConfig;
  const { DefaultCacheBehavior: page, CacheBehaviors: others = [], Origins, DefaultRootObject = '' } = config;
  const isBucket = ({ TargetOriginId }: Behavior) =>
    Origins.some(({ Id, S3OriginConfig }) => Id === TargetOriginId && S3OriginConfig !== undefined);
  if (!isBucket(page) || others.some(isBucket)) {
    throw new Error(
      'the distribution has a bucket elsewhere than at its default behavior: nothing else is played here',
    );
  }
  return {
    apiPaths: others.map(({ PathPattern = '' }) => PathPattern),
    rootObject: DefaultRootObject,
    headers: readHeaders(ofType, page.ResponseHeadersPolicyId),
    viewerRequest: readFunction(ofType, page),
    content: ofType('Custom::CDKBucketDeployment').flatMap(({ properties }) =>
      readDeployment(properties, directory, hosts),
    ),
  };
}

function readFunction(ofType: OfType, { FunctionAssociations = [] }: Behavior): string | undefined {
  const [association, ...more] = FunctionAssociations;
  if (!association) return undefined;
  if (more.length > 0 || association.EventType !== 'viewer-request') {
    throw new Error('a behavior has a function that is not for viewer requests: nothing else is played here');
  }
  const code = ofType('AWS::CloudFront::Function').find(({ id }) => association.FunctionARN.endsWith(`/${id}`));
  return code?.properties.FunctionCode as string | undefined;
}

/** One deployment of the CDK: archives, each with what its markers stand for. */
function readDeployment(properties: Properties, directory: string, hosts: Hosts): SiteContent[] {
  const {
    SourceObjectKeys = [],
    SourceMarkers = [],
    Exclude = [],
    Include = [],
  } = properties as Partial<{
    SourceObjectKeys: string[];
    SourceMarkers: Record<string, string>[];
    Exclude: string[];
    Include: string[];
  }>;
  const { 'cache-control': cacheControl } = (properties.SystemMetadata ?? {}) as { 'cache-control'?: string };
  return SourceObjectKeys.map((key, i) => ({
    directory: path.resolve(directory, `asset.${path.basename(key, '.zip')}`),
    replacements: replacementsOf(SourceMarkers[i] ?? {}, hosts),
    exclude: Exclude,
    include: Include,
    cacheControl,
  }));
}

/** The values that a deployment puts into files stand within texts of JSON; names of hosts are put together of them. */
function replacementsOf(markers: Readonly<Record<string, string>>, hosts: Hosts): SiteContent['replacements'] {
  const values = Object.entries(markers).map(
    ([marker, value]) => [marker, JSON.stringify(value).slice(1, -1)] as const,
  );
  return values.length === 0 ? [] : [...values, ...hosts];
}

type Security = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** The headers of a policy. They are what the origin's answers have none of, so whether they override is no matter. */
function readHeaders(ofType: OfType, id: string | undefined): Record<string, string> {
  const policy = ofType('AWS::CloudFront::ResponseHeadersPolicy').find((resource) => resource.id === id);
  const { SecurityHeadersConfig = {}, CustomHeadersConfig } = (policy?.properties.ResponseHeadersPolicyConfig ??
    {}) as { SecurityHeadersConfig?: Security; CustomHeadersConfig?: { Items: { Header: string; Value: string }[] } };
  const security = Object.entries(SecurityHeadersConfig).map(([name, value]) => securityHeader(name, value ?? {}));
  const custom = (CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header.toLowerCase(), Value] as const);
  return Object.fromEntries([...security, ...custom]);
}

const SECURITY: Readonly<Record<string, (value: Readonly<Record<string, unknown>>) => readonly [string, string]>> = {
  ContentSecurityPolicy: (it) => ['content-security-policy', String(it.ContentSecurityPolicy)],
  ContentTypeOptions: () => ['x-content-type-options', 'nosniff'],
  FrameOptions: (it) => ['x-frame-options', String(it.FrameOption)],
  ReferrerPolicy: (it) => ['referrer-policy', String(it.ReferrerPolicy)],
  StrictTransportSecurity: (it) => [
    'strict-transport-security',
    [
      `max-age=${String(it.AccessControlMaxAgeSec)}`,
      ...(it.IncludeSubdomains ? ['includeSubDomains'] : []),
      ...(it.Preload ? ['preload'] : []),
    ].join('; '),
  ],
};

function securityHeader(name: string, value: Readonly<Record<string, unknown>>): readonly [string, string] {
  const header = SECURITY[name]?.(value);
  if (header) return header;
  throw new Error(`the headers policy has ${name}; played here are ${Object.keys(SECURITY).join(', ')}`);
}
