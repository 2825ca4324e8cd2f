import type { Verdict } from '../metering/verdict.ts';
import { PROBLEMS } from './problem.ts';

/** A verdict as a backend elsewhere reads it; of a key that is not known there is nothing to tell. */
export function verification(verdict: Verdict) {
  const { key, standing } = verdict;
  const refusal = verdict.allowed ? undefined : verdict.refusal;
  return {
    valid: verdict.allowed,
    code: refusal?.code ?? ('allowed' as const),
    retryAfter: refusal?.retryAfter ?? null,
    ...(refusal?.missingScopes && { missingScopes: [...refusal.missingScopes] }),
    keyId: key?.keyId ?? null,
    email: key?.email ?? null,
    name: key?.name ?? null,
    environment: key?.environment ?? null,
    secretEndsAt: verdict.allowed && verdict.secretEndsAt ? new Date(verdict.secretEndsAt).toISOString() : null,
    scopes: [...(key?.scopes ?? [])],
    rateLimits: [...(standing?.rateLimits ?? [])],
    quota: standing?.quota ?? null,
    credits: standing?.credits ?? null,
  };
}

/** What a backend that follows a verdict answers, as far as it is known. */
export const verifiedStatus = (verdict: Verdict): number =>
  verdict.allowed ? 200 : PROBLEMS[verdict.refusal.code].status;
