import { onlyOptions, wholeNumber } from './options.ts';
import type { Verification } from './verification.ts';
import type { Verifier } from './verify-client.ts';

/** How a route is protected; `Context` is what the framework tells of a request, as arguments. */
export interface Terms<Context extends unknown[]> {
  readonly verifier: Verifier;
  /** Credits of one call, and its weight in rate windows (there at least 1). @default 1 */
  readonly cost?: number;
  /** Scopes that a key must all be granted. @default - none */
  readonly scopes?: readonly string[];
  /** The caller's address. A key with IP rules is refused where there is none. */
  readonly ip?: (...context: Context) => string | undefined;
  /** What is called, as the backend names it: `GET /orders/:id`. At most 256 characters count. */
  readonly route?: (...context: Context) => string | undefined;
}

const SCOPE = /^[a-z][a-z0-9:._*-]{0,63}$/;
const MOST_SCOPES = 50;
const MOST_CREDITS = 1_000_000;

/**
 * Makes the check of a route.
 *
 * @param defaults how the framework tells address and route, where the terms do not.
 * @throws TypeError for terms that cannot hold.
 */
export function protection<Context extends unknown[]>(
  owner: string,
  terms: Terms<Context>,
  defaults: Pick<Terms<Context>, 'ip' | 'route'> = {},
): (presented: string | null | undefined, ...context: Context) => Promise<Verification> {
  onlyOptions(owner, terms, ['verifier', 'cost', 'scopes', 'ip', 'route']);
  const { verifier, cost = 1, scopes = [], ip = defaults.ip, route = defaults.route } = terms;
  if (typeof verifier?.verify !== 'function') throw new TypeError(`${owner}: verifier must be made by createVerifier`);
  wholeNumber(owner, 'cost', cost, 0, MOST_CREDITS);
  const odd = scopes.find((scope) => !SCOPE.test(scope));
  if (odd !== undefined) {
    throw new TypeError(
      `${owner}: a scope must match ${SCOPE.source}, as in orders:read; given ${JSON.stringify(odd)}`,
    );
  }
  if (scopes.length > MOST_SCOPES)
    throw new TypeError(`${owner}: at most ${MOST_SCOPES} scopes, given ${scopes.length}`);
  return async (presented, ...context) =>
    verifier.verify({ key: presented, ip: ip?.(...context), route: route?.(...context), cost, scopes });
}
