import fc from 'fast-check';
import type { CountedCall } from '../../lib/usage/counters.ts';
import { NOW } from './records.ts';
import { accessLine } from './usage-lines.ts';

export const KEY_IDS = ['A', 'B', 'C'].map((end) => `01KAPZ0000000000000000000${end}`);
export const ROUTES = ['GET /api/orders/{id}', 'POST /api/orders', '$default'];

/** Any call on an explained route within some hours after a time. */
export const anyCall = (emails: readonly string[], since = NOW, spanMs = 3 * 3_600_000): fc.Arbitrary<CountedCall> =>
  fc
    .record({
      email: fc.constantFrom(...emails),
      keyId: fc.constantFrom(...KEY_IDS),
      route: fc.constantFrom(...ROUTES),
      at: fc.nat(spanMs).map((after) => since + after),
      status: fc.constantFrom(200, 201, 404, 429, 500, 503),
      credits: fc.nat(9),
      latency: fc.nat(30_000),
    })
    .map((call) => ({ ...call, rejected: call.status === 429, credits: call.status === 429 ? 0 : call.credits }));

/** The line that the gateway logs of a call. */
export const lineOf = (call: CountedCall): string =>
  accessLine({
    requestTimeEpoch: call.at,
    routeKey: call.route,
    status: call.status,
    responseLatency: call.latency,
    keyId: call.keyId,
    email: call.email,
    code: call.rejected ? 'rate_limited' : 'allowed',
    credits: call.rejected ? '-' : call.credits,
  });

/** What calls come to, counted one by one; percentiles are left to those who know the latencies. */
export function naiveStats(calls: readonly CountedCall[]) {
  const requests = calls.length;
  const errors = calls.filter(({ status }) => status >= 500).length;
  const timed = calls.filter(({ rejected }) => !rejected).map(({ latency = 0 }) => latency);
  const mean = timed.reduce((sum, latency) => sum + latency, 0) / timed.length;
  return {
    requests,
    errors,
    errorRate: requests === 0 ? 0 : errors / requests,
    rejected: calls.filter(({ rejected }) => rejected).length,
    credits: calls.reduce((sum, { credits }) => sum + credits, 0),
    mean: timed.length === 0 ? null : Math.round(mean * 10) / 10,
  };
}

export function naiveStatuses(calls: readonly CountedCall[]): Record<string, number> {
  const statuses: Record<string, number> = {};
  for (const { status } of calls) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}
