import type { Ended } from './outages.ts';

const ANSWER_MS = 20_000;

// biome-ignore lint/suspicious/noExplicitAny: the contract tells what an answer is.
export type Json = any;

/** How a call went, with the body of its answer if it came whole and was JSON. */
export interface Answer extends Ended {
  readonly json?: Json;
}

export interface Call {
  /** `METHOD /path`. */
  readonly to: string;
  /** An API key. */
  readonly key?: string;
  /** An ID token. */
  readonly token?: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

/** Calls an instance; whatever becomes of it is an answer, and nothing is sent twice. */
export type Client = (call: Call) => Promise<Answer>;

const headersOf = ({ key, token, body, idempotencyKey }: Call): Record<string, string> => ({
  ...(key && { 'x-api-key': key }),
  ...(token && { authorization: `Bearer ${token}` }),
  ...(body && { 'content-type': 'application/json' }),
  ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
});

/** @param signal ends what is under way. */
export const createClient =
  (origin: string, signal: AbortSignal): Client =>
  async (call) => {
    const [method = 'GET', path = '/'] = call.to.split(' ');
    const beganAt = Date.now();
    try {
      const response = await fetch(origin + path, {
        method,
        headers: headersOf(call),
        ...(call.body && { body: JSON.stringify(call.body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const json: Json = await response.json().catch(() => undefined);
      return { beganAt, endedAt: Date.now(), status: response.status, json };
    } catch (error) {
      const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
      return { beganAt, endedAt: Date.now(), failure: cause?.code ?? name };
    }
  };
