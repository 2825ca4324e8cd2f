import { withoutSecrets } from '../keys/redaction.ts';
import { parseSecret, presentedSecret } from '../keys/secret-format.ts';
import { plainAddress } from './address.ts';
import { Failure, failureOf, notSent } from './failure.ts';
import { createOnceLog } from './once-log.ts';
import { onlyOptions, wholeNumber } from './options.ts';
import { readVerification, type Verification } from './verification.ts';

/** One call that a backend is asked to answer. */
export interface PresentedCall {
  /** What the `X-API-Key` header holds, if it is there. */
  readonly key: string | null | undefined;
  readonly route?: string | undefined;
  readonly ip?: string | undefined;
  readonly cost?: number;
  readonly scopes?: readonly string[];
}

/** Asks the service what a key may do, and charges the call. */
export interface Verifier {
  /** Never rejects: what cannot be verified is `unavailable`, and must not be let in. */
  verify(call: PresentedCall): Promise<Verification>;
}

export interface VerifierOptions {
  /** Where the service is: `https://api.example.com`. */
  readonly url: string;
  /** The backend's own key, which has the scope `keys:verify`. */
  readonly apiKey: string;
  /** For all of one verification, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
  /** Asks also about what may be an imported secret that was made elsewhere, as the deployment does. @default false */
  readonly foreignSecrets?: boolean;
  readonly fetch?: typeof globalThis.fetch;
  /** Takes a line when verifications begin to fail. It holds no key. @default console.error */
  readonly log?: (line: string) => void;
}

const OPTIONS = ['url', 'apiKey', 'timeoutMs', 'foreignSecrets', 'fetch', 'log'];
const MAX_TIMEOUT_MS = 30_000;
const ROUTE_LENGTH = 256;

/** A route as the service takes it: what it would refuse must not cost a call its answer. */
const routeText = (route = ''): string | undefined =>
  withoutSecrets(route)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, ROUTE_LENGTH)
    .toWellFormed() || undefined;

function endpointOf(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base || !/^https?:$/.test(base.protocol) || base.username || base.password || base.search || base.hash) {
    throw new TypeError('createVerifier: url must be an http(s) URL without credentials, query or fragment');
  }
  return new URL(`${base.href.replace(/\/$/, '')}/api/keys/verify`);
}

/**
 * Makes the client of `POST /api/keys/verify`. Keys of a wrong shape or checksum are refused without a call, unless
 * foreign secrets are accepted. A request is repeated, once, only if it certainly was not sent: a second one would charge
 * the caller twice. Whatever else fails is `unavailable`, and told to the log once until a verification succeeds again.
 *
 * @throws TypeError for options that cannot work.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  onlyOptions('createVerifier', options, OPTIONS);
  const {
    url,
    apiKey,
    timeoutMs = 2_000,
    foreignSecrets = false,
    fetch = globalThis.fetch,
    log = console.error,
  } = options;
  const endpoint = endpointOf(url);
  if (!parseSecret(apiKey)) {
    throw new TypeError(
      'createVerifier: apiKey must be a key of the service, sk_live_… or sk_test_…, whole and unchanged',
    );
  }
  wholeNumber('createVerifier', 'timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS);
  const told = createOnceLog((reason) => log(`API keys cannot be verified at ${endpoint.origin}: ${reason}`));

  async function ask(body: string): Promise<Verification> {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
    // A redirect followed would carry both keys to wherever it points.
    const request = { method: 'POST', headers, body, signal, redirect: 'manual' } as const;
    const response = await fetch(endpoint, request).catch((error: unknown) => {
      if (!notSent(error)) throw error;
      return fetch(endpoint, request);
    });
    const text = await response.text();
    if (response.status !== 200) throw failureOf(response.status, response.headers, text);
    const requestId = response.headers.get('apigw-requestid') ?? crypto.randomUUID();
    const verification = readVerification(parsed(text), requestId);
    if (!verification) throw new Failure('the answer is not one of POST /api/keys/verify; is the URL right?');
    return verification;
  }

  return {
    verify: async ({ key, route, ip, cost, scopes }) => {
      const secret = presentedSecret(key, foreignSecrets);
      if (!secret) return refused('invalid_key');
      const call = {
        key: secret,
        route: routeText(route),
        ip: plainAddress(ip),
        cost,
        scopes,
      };
      try {
        const verification = await ask(JSON.stringify(call));
        told.success();
        return verification;
      } catch (error) {
        const failure = Failure.of(error, timeoutMs);
        told.failure(failure.message);
        return refused('unavailable', failure.retryAfter);
      }
    },
  };
}

const refused = (code: 'invalid_key' | 'unavailable', retryAfter?: number): Verification => ({
  valid: false,
  refused: { code, rateLimits: [], ...(retryAfter !== undefined && { retryAfter }) },
  requestId: crypto.randomUUID(),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
