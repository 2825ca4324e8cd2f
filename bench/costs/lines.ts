import { type AuthorizerEvent, refusedLine } from '../../lib/http/authorizer.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import type { Standing } from '../../lib/metering/standing.ts';
import type { Verdict } from '../../lib/metering/verdict.ts';
import { createCheckMetrics } from '../../lib/metrics/check-metrics.ts';
import { jsonLogLine } from '../../local/lambda/json-log.ts';
import { accessLine, EMAIL, keyIdOf, routeOf } from '../usage/traffic.ts';

/** CloudWatch Logs counts so many bytes for each event, beside its text. */
const EVENT_BYTES = 26;
const AT = Date.UTC(2026, 10, 24, 12);
const INVOCATION = '8f507cfc-xmpl-4697-b07a-ac58fc914c95';

const bytesOf = (line: string): number => Buffer.byteLength(line) + EVENT_BYTES;

/** What the gateway logs of one call. */
export function accessBytes(rejected: boolean): number {
  const call = { email: EMAIL, keyId: keyIdOf(7), route: routeOf(3), at: AT, rejected, credits: 1, latency: 41 };
  return bytesOf(accessLine({ ...call, status: rejected ? 403 : 200 }, 'ZhNHJhhLjoEEPiw='));
}

const key = { keyId: keyIdOf(7), email: EMAIL } as KeyRecord;
const standing = {} as Standing;
const refused: Verdict = { allowed: false, refusal: { code: 'rate_limited', retryAfter: 7 }, key, standing };
const allowed: Verdict = { allowed: true, key, standing };

/** What the authorizer logs of a refusal, so that it is counted. */
export function refusalBytes(): number {
  const requestContext = { requestId: 'ZhNHJhhLjoEEPiw=', timeEpoch: AT, http: { sourceIp: '203.0.113.17' } };
  const event = { version: '2.0', routeKey: routeOf(3), requestContext } as AuthorizerEvent;
  return bytesOf(jsonLogLine(new Date(AT).toISOString(), 'INFO', INVOCATION, [refusedLine(event, refused, false)]));
}

/**
 * What Lambda itself logs of one invocation in its JSON format.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export function platformBytes(): number {
  const time = new Date(AT).toISOString();
  const record = { requestId: INVOCATION, version: '$LATEST' };
  const metrics = { durationMs: 5.123, billedDurationMs: 6, memorySizeMB: 1024, maxMemoryUsedMB: 118 };
  const report = { requestId: INVOCATION, metrics, status: 'success' };
  return [
    { time, type: 'platform.start', record },
    { time, type: 'platform.report', record: report },
  ].reduce((bytes, line) => bytes + bytesOf(JSON.stringify(line)), 0);
}

/** What the check’s metrics take of the log for a call, in a container that is called so often in a second. */
export function metricBytes(perSecond: number, isRefused = false): number {
  const calls = 10_000;
  let bytes = 0;
  let now = AT;
  const metrics = createCheckMetrics(
    () => now,
    (line) => {
      bytes += bytesOf(line);
    },
  );
  for (let call = 0; call < calls; call++) {
    now += 1_000 / perSecond;
    const milliseconds = 3 + (call % 40) / 10;
    metrics.judged(isRefused ? refused : allowed, { calls: isRefused ? 0 : 1, contention: 0, milliseconds });
  }
  return bytes / calls;
}
