import type { Resource } from '../intrinsics.ts';
import type { Place } from './references.ts';

/** Addresses of AWS, with what answers in their place. */
export type Hosts = readonly (readonly [address: string, here: string])[];

/** The host name that stands for a distribution until {@link atHome} replaces it. */
export const distributionHost = (id: string): string => `${id.toLowerCase()}.cloudfront.net`;

/** Where the template's own host names are played: the dashboard on the gateway's server, the sign-in page by the provider. */
export function hostsOf(resources: Readonly<Record<string, Resource>>, { issuer, region }: Place): Hosts {
  const ids = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);
  return [
    ...ids('AWS::CloudFront::Distribution').map(
      (id) => [`https://${distributionHost(id)}`, new URL(issuer).origin] as const,
    ),
    ...ids('AWS::Cognito::UserPoolDomain').map(
      (id) => [`https://${id}.auth.${region}.amazoncognito.com`, issuer] as const,
    ),
  ];
}

/** Puts addresses of this machine into every text of a value of a template. */
export function atHome(value: unknown, hosts: Hosts): unknown {
  if (typeof value === 'string') return hosts.reduce((text, [address, here]) => text.replaceAll(address, here), value);
  if (Array.isArray(value)) return value.map((item) => atHome(item, hosts));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, atHome(item, hosts)]));
}
