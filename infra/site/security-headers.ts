import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

const override = true;

const COMMON = {
  contentTypeOptions: { override },
  frameOptions: { frameOption: HeadersFrameOption.DENY, override },
  referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override },
  strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override },
} satisfies ResponseSecurityHeadersBehavior;

/**
 * What a browser may do with the page: run scripts of its own origin alone, speak with that origin and with who signs
 * people in, and be put into no frame.
 *
 * @param signIn sources of whom people sign in with: origins, or addresses that end in `/`.
 */
export function contentSecurityPolicy(signIn: readonly string[]): string {
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    // Charts place their parts by style attributes.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...signIn],
    'manifest-src': ["'self'"],
    'frame-src': signIn,
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'", ...signIn],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}

/** The headers of every answer that is a file of the page. */
export const pageHeaders = (scope: Construct, id: string, signIn: readonly string[]): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, id, {
    comment: 'The dashboard of Sensei Keys',
    securityHeadersBehavior: {
      ...COMMON,
      contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(signIn), override },
    },
    customHeadersBehavior: {
      customHeaders: [
        { header: 'cross-origin-opener-policy', value: 'same-origin', override },
        { header: 'cross-origin-resource-policy', value: 'same-origin', override },
        { header: 'permissions-policy', value: PERMISSIONS, override },
      ],
    },
  });

/** The headers of every answer of the API that comes by the page's origin: nothing of it is ever a page. */
export const apiHeaders = (scope: Construct, id: string): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, id, {
    comment: 'The API of Sensei Keys at the origin of the dashboard',
    securityHeadersBehavior: {
      ...COMMON,
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        override,
      },
    },
  });

/** The page copies a new key for its owner, and asks for no other power. */
const PERMISSIONS = [
  ...['accelerometer', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer'],
  ...['microphone', 'midi', 'payment', 'publickey-credentials-get', 'screen-wake-lock', 'serial', 'usb'],
]
  .map((name) => `${name}=()`)
  .join(', ');
