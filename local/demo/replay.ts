import type { RequestListener } from 'node:http';
import { createInterface } from 'node:readline';
import type { LocalApi } from '../model.ts';
import type { DemoCall } from './traffic.ts';

/** Where `npm run demo` sends the calls of the past, on the gateway's server. */
export const REPLAY_PATH = '/_replay';

/** A call of the past, and whose it is. */
export type ReplayedCall = DemoCall & { readonly email: string };

const NONE = '-';
let count = 0;

/** The line that the gateway would have logged of a call: the template's format, with its variables replaced. */
export function replayedLine(
  format: string,
  { at, route, status, latency, keyId, email, code, credits }: ReplayedCall,
) {
  const values: Readonly<Record<string, string | number>> = {
    requestId: `replay${(++count).toString(36)}`,
    requestTimeEpoch: at,
    routeKey: route,
    status,
    responseLatency: latency,
    integrationLatency: Math.max(0, latency - 2),
    'identity.sourceIp': '203.0.113.17',
    'identity.userAgent': 'demo',
    'authorizer.keyId': keyId,
    'authorizer.email': email,
    'authorizer.code': code,
    'authorizer.credits': credits,
  };
  return format.replace(/\$context\.([\w.]+)/g, (_, name: string) => String(values[name] ?? NONE));
}

/**
 * Takes calls of the past, a line of JSON each, and logs them as the gateway logs its own: from there they go the way of
 * every other call. It answers once all are counted.
 *
 * @param write logs a line at a time, in milliseconds since the epoch.
 */
export function replayListener(
  { accessLog }: LocalApi,
  write: (logGroup: string, line: string, at: number) => void,
  settled: () => Promise<void>,
): RequestListener {
  const take = async (lines: AsyncIterable<string>): Promise<number> => {
    let taken = 0;
    for await (const line of lines) {
      const call: ReplayedCall = JSON.parse(line);
      write(accessLog?.logGroup ?? '', replayedLine(accessLog?.format ?? '', call), call.at);
      taken += 1;
    }
    await settled();
    return taken;
  };
  return (request, response) => {
    take(createInterface({ input: request })).then(
      (taken) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ taken })),
      (error: Error) => response.writeHead(400).end(error.message),
    );
  };
}
