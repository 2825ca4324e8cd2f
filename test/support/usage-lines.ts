import { ACCESS_LOG_FORMAT } from '../../infra/access-log.ts';
import type { LogEvent } from '../../lib/usage/envelope.ts';
import { NOW } from './records.ts';

export const KEY_ID = '01KAPZ0000000000000000000A';

/** What `$context.` variables are replaced by, by the names of the line's fields. */
export type Fields = Readonly<Record<string, unknown>>;

const USUAL: Fields = {
  requestId: 'Yr2xGjHhIAMEVAg=',
  requestTimeEpoch: NOW,
  routeKey: 'GET /api/orders/{id}',
  status: 200,
  responseLatency: 48,
  integrationLatency: 31,
  sourceIp: '203.0.113.17',
  keyId: KEY_ID,
  email: 'ada@example.com',
  code: 'allowed',
  credits: 1,
  refundable: '-',
  userAgent: 'curl/8.5.0',
};

/** A line of the access log, by mere substitution: nothing is escaped. */
export function accessLine(fields: Fields = {}): string {
  const format: Record<string, string> = JSON.parse(ACCESS_LOG_FORMAT);
  const values: Fields = { ...USUAL, ...fields };
  const parts = Object.keys(format).map((name) => `"${name}":"${values[name]}"`);
  return `{${parts.join(',')}}`;
}

/** A line of usage as Lambda logs it for a function. */
export function functionLine(fields: Fields = {}): string {
  const message = {
    kind: 'usage',
    requestId: 'Yr2xGjHhIAMEVAg=',
    at: NOW,
    route: 'GET /api/orders/{id}',
    ip: '203.0.113.17',
    status: 403,
    keyId: KEY_ID,
    email: 'ada@example.com',
    code: 'rate_limited',
    credits: 0,
    ...fields,
  };
  return JSON.stringify({ timestamp: new Date(NOW).toISOString(), level: 'INFO', requestId: 'c0ffee', message });
}

let events = 0;

/** A log event of its own. */
export const eventOf = (message: string, timestamp = NOW): LogEvent => ({
  id: String(++events).padStart(56, '0'),
  timestamp,
  message,
});
