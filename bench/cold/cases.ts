import { keyContext } from '../../lib/http/key-context.ts';
import type { Standing } from '../../lib/metering/standing.ts';
import type { Holder } from '../support/holder.ts';

/** What one function is first asked. */
interface Case {
  readonly name: string;
  /** The parts of the key that its path names. */
  readonly path?: readonly ('email' | 'keyId')[];
  readonly body?: boolean;
}

/** What a key of the free plan has left before its first call. */
const UNUSED: Standing = {
  rateLimits: [{ name: 'plan', limit: 600, windowSeconds: 60, remaining: 600, resetSeconds: 60 }],
  quota: { limit: 50_000, period: 'month', remaining: 50_000, resetSeconds: 86_400 },
  credits: { included: 10_000, purchased: 0, total: 10_000 },
};

/** One for each function, in an order that leaves the key alive until it is revoked. */
export const CASES: readonly Case[] = [
  { name: 'authorize' },
  { name: 'whoami' },
  { name: 'health' },
  { name: 'openapi' },
  { name: 'list-keys', path: ['email'] },
  { name: 'get-usage', path: ['email'] },
  { name: 'create-key', body: true },
  { name: 'revoke-key', path: ['email', 'keyId'] },
  { name: 'revoke-all-keys', path: ['email'] },
];

/** The event of a case: enough of the gateway's payload 2.0 for the authorizer and for every endpoint. */
export const eventOf = ({ path, body }: Case, { key, secret }: Holder): unknown => ({
  version: '2.0',
  headers: { 'content-type': 'application/json', 'x-api-key': secret },
  ...(path && { pathParameters: Object.fromEntries(path.map((name) => [name, key[name]])) }),
  ...(body && { body: JSON.stringify({ email: key.email }) }),
  isBase64Encoded: false,
  requestContext: {
    requestId: 'cold',
    http: { method: 'GET', path: '/', sourceIp: '192.0.2.1', userAgent: 'bench' },
    authorizer: {
      jwt: { claims: { sub: 'cold', email: key.email, email_verified: 'true' }, scopes: null },
      lambda: keyContext({ allowed: true, key, standing: UNUSED }, true),
    },
  },
});
