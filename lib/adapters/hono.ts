import type { Context, MiddlewareHandler } from 'hono';
import { refusalAnswer, standingHeaders } from './answer.ts';
import { responseOf } from './fetch.ts';
import { protection, type Terms } from './terms.ts';
import type { VerifiedKey } from './verification.ts';

export type { VerifiedKey } from './verification.ts';
export { createVerifier, type Verifier, type VerifierOptions } from './verify-client.ts';

/** What the middleware adds to a context: `c.get('apiKey')`. */
export interface ApiKeyEnv {
  Variables: { apiKey: VerifiedKey };
}

/**
 * Hono middleware that lets only accepted calls pass. Handlers find the key by `c.get('apiKey')`, and every response tells
 * the caller what is left. Hono does not know addresses: `ip` says where they are, such as
 * `(c) => getConnInfo(c).remote.address`.
 *
 * @throws TypeError for terms that cannot hold.
 */
export function apiKey(terms: Terms<[Context]>): MiddlewareHandler<ApiKeyEnv> {
  const check = protection('apiKey', terms);
  return async (c, next) => {
    const verification = await check(c.req.header('x-api-key'), c);
    if (!verification.valid) return responseOf(refusalAnswer(verification.refused, verification.requestId));
    c.set('apiKey', verification.key);
    await next();
    for (const [name, value] of Object.entries(standingHeaders(verification.key))) c.header(name, value);
    return undefined;
  };
}
