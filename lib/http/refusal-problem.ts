import type { Standing } from '../metering/standing.ts';
import type { RefusalCode } from '../metering/verdict.ts';
import { Problem } from './problem.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

const DETAILS: Readonly<Record<RefusalCode | 'unavailable', string>> = {
  invalid_key: 'The X-API-Key header holds no key that is known',
  key_revoked: 'The key was revoked',
  key_disabled: 'The key is disabled; its owner can enable it',
  key_expired: 'The key has expired',
  account_suspended: "The key's account is suspended",
  ip_denied: "The key is not allowed from the caller's address",
  scope_denied: 'The key lacks a scope that this route demands',
  environment_denied: "The key's environment is not let in here",
  rate_limited: 'A rate limit is used up',
  quota_exceeded: "The period's quota is used up",
  daily_credits_spent: "The credits that the key's owner lets it spend in a day do not cover this call",
  insufficient_credits: "The account's credits do not cover this call",
  unavailable: 'The key cannot be checked now; try again',
};

/** Refusals for which the caller must present another credential (RFC 9110 §15.5.2). */
const UNAUTHENTICATED: ReadonlySet<string> = new Set(['invalid_key', 'key_revoked', 'key_disabled', 'key_expired']);

/** Why a call is not let in. */
export interface Refused {
  readonly code: RefusalCode | 'unavailable';
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  readonly missingScopes?: readonly string[];
  readonly standing?: Pick<Standing, 'rateLimits'>;
}

function detailOf({ code, missingScopes = [] }: Refused): string {
  if (missingScopes.length === 0) return DETAILS[code];
  return `The key lacks ${missingScopes.length === 1 ? 'scope' : 'scopes'} ${missingScopes.join(', ')}, which this call demands`;
}

/** The answer to a call that the check refused, or could not judge. */
export function refusalProblem(refused: Refused): Problem {
  const { code, retryAfter, standing } = refused;
  return new Problem(code, detailOf(refused), {
    headers: {
      ...(UNAUTHENTICATED.has(code) && { 'www-authenticate': 'ApiKey' }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(standing && rateLimitHeaders(standing)),
    },
  });
}
