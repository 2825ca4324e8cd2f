import { type Account, lastUseOf, planOf } from '../accounts/account.ts';
import type { Plan, Plans } from '../accounts/plans.ts';
import type { KeyRecord } from '../keys/key.ts';
import { endOf } from '../keys/lifetime.ts';
import type { Environment } from '../keys/secret.ts';

/** What a route asks of its callers, and what a call of it costs. */
export interface RouteTerms {
  /** Credits, and the weight in rate windows (there at least 1). */
  readonly cost: number;
  /** Scopes that a key must all be granted. */
  readonly scopes: readonly string[];
  /** The environments whose keys are let in. */
  readonly environments: readonly Environment[];
}

/** A route for which nothing was declared. */
export const DEFAULT_TERMS: RouteTerms = { cost: 1, scopes: [], environments: ['live', 'test'] };

/** Everything that the answer to one call depends on. */
export interface Call {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** SHA-256 of the presented secret. */
  readonly keyHash: string;
  /** The caller's address. */
  readonly ip: string;
  readonly terms: RouteTerms;
  readonly key: KeyRecord;
  readonly account: Account;
  readonly plan: Plan;
  /** When the account was seen as it is here, in milliseconds since the epoch. */
  readonly seenAt: number;
}

/** What a call is, beside its key. */
export interface CallRequest {
  /** The caller's address. @default - unknown, which no IP rule allows */
  readonly ip?: string;
  /** @default - those of a route for which nothing was declared */
  readonly terms?: RouteTerms;
}

/** A container's clock may be so far behind that of another, in milliseconds. */
export const FURTHEST_AHEAD_MS = 10_000;

/**
 * Time as an account knows it never goes back: a container whose clock is behind judges by the last charge that it sees,
 * or it would count anew in windows that are over. A clock far ahead is not followed.
 */
function timeOf(account: Account, clock: number): number {
  const last = lastUseOf(account);
  return last > clock && last <= clock + FURTHEST_AHEAD_MS ? last : clock;
}

/** When the presented secret ends, in milliseconds since the epoch; `undefined` where it does not. */
export function secretEndOf({ key, keyHash }: Pick<Call, 'key' | 'keyHash'>): number | undefined {
  const secret = key.secrets.find((candidate) => candidate.keyHash === keyHash);
  return (secret && endOf(key, secret)) ?? undefined;
}

/**
 * A call with a key and account as they were seen.
 *
 * @param clock milliseconds since the epoch, as the container has them.
 */
export const callOn = (
  { key, account, at }: { readonly key: KeyRecord; readonly account: Account; readonly at: number },
  keyHash: string,
  { ip = '', terms = DEFAULT_TERMS }: CallRequest,
  clock: number,
  plans: Plans,
): Call => ({
  now: timeOf(account, clock),
  keyHash,
  ip,
  terms,
  key,
  account,
  plan: planOf(account, plans),
  seenAt: timeOf(account, at),
});
