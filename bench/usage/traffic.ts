import { ACCESS_LOG_FORMAT } from '../../infra/access-log.ts';
import { addTo, type CountedCall, countersOf, type Tally } from '../../lib/usage/counters.ts';

/** Whose usage it is. */
export const EMAIL = 'ada.lovelace@example.com';

export const keyIdOf = (key: number): string => `01KAPZ${String(key).padStart(20, '0')}`;

export const routeOf = (route: number): string => `GET /api/catalog/items/{id}/part-${route}`;

/** A source of numbers from 0 up to 1. */
export type Random = () => number;

/** A standard normal number (Box and Muller, 1958). */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Most answers are fine, and take 15 to 80 ms. */
export function drawCall(random: Random, email: string, keyId: string, route: string, at: number): CountedCall {
  const luck = random();
  const status = luck < 0.95 ? 200 : luck < 0.97 ? 404 : luck < 0.99 ? 429 : 500;
  const latency = Math.round(Math.exp(3.5 + 0.5 * normal(random)));
  return { email, keyId, route, at, status, rejected: status === 429, credits: 1, latency };
}

/** The counters of some calls. */
export function drawTally(random: Random, calls: number): Tally {
  const tally: Tally = new Map();
  for (let i = 0; i < calls; i++) addTo(tally, Object.entries(countersOf(drawCall(random, '', '', '', 0))));
  return tally;
}

/** The line that the gateway logs of a call on an explained route. */
export function accessLine(call: CountedCall, requestId: string): string {
  const values: Record<string, unknown> = {
    requestId,
    requestTimeEpoch: call.at,
    routeKey: call.route,
    status: call.status,
    responseLatency: call.latency,
    integrationLatency: call.latency,
    'identity.sourceIp': '203.0.113.17',
    'authorizer.keyId': call.keyId,
    'authorizer.email': call.email,
    'authorizer.code': call.rejected ? 'rate_limited' : 'allowed',
    'authorizer.credits': call.rejected ? undefined : call.credits,
    'identity.userAgent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
  };
  return ACCESS_LOG_FORMAT.replace(/\$context\.([\w.]+)/g, (_, name: string) => String(values[name] ?? '-'));
}
