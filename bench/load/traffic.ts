import autocannon from 'autocannon';
import type { Options } from './options.ts';

/** What the client saw. */
export interface Traffic {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without an answer. */
  readonly unanswered: { readonly errors: number; readonly timeouts: number };
  readonly seconds: number;
  /** Milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

/** Told of each answer, with how many there were. */
export type OnAnswer = (answered: number) => void;

/**
 * Sends exactly `rps × seconds` requests at an even rate, each to its end.
 *
 * @param signal ends it before.
 */
export async function sendTraffic(
  { origin, path, rps, seconds, connections }: Options,
  apiKey: string,
  onAnswer: OnAnswer,
  signal: AbortSignal,
): Promise<Traffic> {
  let sent = 0;
  let answered = 0;
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const began = performance.now();
  const ended = Promise.withResolvers<autocannon.Result>();
  const settings: autocannon.Options = {
    url: origin + path,
    headers: { 'x-api-key': apiKey },
    connections,
    amount: rps * seconds,
    overallRate: rps,
    ignoreCoordinatedOmission: true,
    // Its own count of requests guesses those that are sent before anybody listens.
    setupClient: (client) => {
      client.on('request' as never, () => sent++);
    },
  };
  const run = autocannon(settings, (error, result) => (error ? ended.reject(error) : ended.resolve(result)));
  const stop = () => run.stop();
  signal.addEventListener('abort', stop);
  run.on('response', (_client, status, _bytes, milliseconds) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    latencies.push(milliseconds);
    onAnswer(++answered);
  });
  const { errors, timeouts } = await ended.promise;
  signal.removeEventListener('abort', stop);
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.max(1, Math.ceil(share * latencies.length)) - 1] ?? 0;
  return {
    sent,
    statuses,
    unanswered: { errors, timeouts },
    seconds: (performance.now() - began) / 1_000,
    latency: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) },
  };
}
