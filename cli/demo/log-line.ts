import type { Call } from './month.ts';

/** What the gateway writes for a variable without a value. */
const NONE = '-';
/** Of the network that documentation may use (RFC 5737). */
const CALLER_IP = '203.0.113.24';

/**
 * One line of the access log, in the format of the deployed stage.
 *
 * @param format has variables such as `$context.status`.
 */
export function logLine(format: string, email: string, call: Call, requestId: string): string {
  const latency = String(call.latency);
  const values: Readonly<Record<string, string>> = {
    requestId,
    requestTimeEpoch: String(call.at),
    routeKey: call.route,
    status: String(call.status),
    responseLatency: latency,
    integrationLatency: String(Math.max(0, call.latency - 1)),
    'identity.sourceIp': CALLER_IP,
    'identity.userAgent': call.userAgent,
    'authorizer.keyId': call.keyId,
    'authorizer.email': email,
    'authorizer.code': call.code,
    'authorizer.credits': String(call.credits),
    'authorizer.refundable': 'false',
  };
  return format.replace(/\$context\.([\w.]*\w)/g, (_, name: string) =>
    JSON.stringify(values[name] ?? NONE).slice(1, -1),
  );
}
