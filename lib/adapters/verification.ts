import type { Environment } from '../keys/secret-format.ts';
import type { QuotaStanding, RateStanding } from '../metering/standing.ts';
import { REFUSAL_CODES, type RefusalCode } from '../metering/verdict.ts';

/** The key of an accepted call: whose it is, what it may do, and what it has left. */
export interface VerifiedKey {
  readonly keyId: string;
  readonly email: string;
  readonly name: string;
  readonly environment: Environment;
  readonly scopes: readonly string[];
  readonly rateLimits: readonly RateStanding[];
  readonly quota: QuotaStanding | null;
  readonly credits: { readonly included: number; readonly purchased: number; readonly total: number };
  /** Credits that this call was charged. */
  readonly cost: number;
}

/** Why a call is not let in. */
export interface RefusedCall {
  readonly code: RefusalCode | 'unavailable';
  /** Seconds; absent where time does not help. */
  readonly retryAfter?: number;
  /** Of `scope_denied`: what the key was not granted. */
  readonly missingScopes?: readonly string[];
  readonly rateLimits: readonly RateStanding[];
}

/** What the service says of a call. */
export type Verification =
  | { readonly valid: true; readonly key: VerifiedKey; readonly requestId: string }
  | { readonly valid: false; readonly refused: RefusedCall; readonly requestId: string };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isStanding = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.name === 'string' &&
  [value.limit, value.windowSeconds, value.remaining, value.resetSeconds].every(Number.isSafeInteger);

const isRefusalCode = (code: unknown): code is RefusalCode => (REFUSAL_CODES as readonly unknown[]).includes(code);

/**
 * Reads the body of an answer of `POST /api/keys/verify`. Nothing but the answer to an accepted call reads as one.
 *
 * @returns `undefined` for whatever is not such an answer.
 */
export function readVerification(body: unknown, requestId: string): Verification | undefined {
  if (!isObject(body)) return undefined;
  const { valid, code, retryAfter, missingScopes, rateLimits, keyId, email, scopes } = body;
  if (!Array.isArray(rateLimits) || !rateLimits.every(isStanding)) return undefined;
  if (valid === true && code === 'allowed') {
    if (typeof keyId !== 'string' || typeof email !== 'string' || !Array.isArray(scopes)) return undefined;
    const { name, environment, quota, credits, cost } = body;
    const key = { keyId, email, name, environment, scopes, rateLimits, quota, credits, cost } as VerifiedKey;
    return { valid: true, key, requestId };
  }
  if (valid !== false || !isRefusalCode(code)) return undefined;
  const refused = {
    code,
    rateLimits,
    ...(Number.isSafeInteger(retryAfter) && { retryAfter: Number(retryAfter) }),
    ...(Array.isArray(missingScopes) && { missingScopes: missingScopes.map(String) }),
  };
  return { valid: false, refused, requestId };
}
