import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalAnswer, standingHeaders } from './answer.ts';
import { protection, type Terms } from './terms.ts';
import type { VerifiedKey } from './verification.ts';

export type { VerifiedKey } from './verification.ts';
export { createVerifier, type Verifier, type VerifierOptions } from './verify-client.ts';

declare global {
  namespace Express {
    interface Request {
      /** The key of the call, where `apiKey()` let it pass. */
      apiKey?: VerifiedKey;
    }
  }
}

/** A request of Express, of connect, or of Node itself, which knows neither `ip` nor `route`. */
export interface NodeRequest extends IncomingMessage {
  apiKey?: VerifiedKey;
  readonly ip?: string | undefined;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

/** The address of the connection, or, where Express was told which proxies to trust, of the caller behind them. */
const addressOf = ({ ip, socket }: NodeRequest): string | undefined => ip ?? socket.remoteAddress;

/** `GET /orders/:id`; middleware in front of all routes does not know which one it will be. */
const routeOf = ({ method, baseUrl = '', route }: NodeRequest): string | undefined =>
  typeof route?.path === 'string' ? `${method} ${baseUrl}${route.path}` : undefined;

/**
 * Middleware for Express and for whatever else takes `(req, res, next)`, that lets only accepted calls pass. Handlers find
 * the key by `apiKeyOf(req)`, and every response tells the caller what is left.
 *
 * @throws TypeError for terms that cannot hold.
 */
export function apiKey<Req extends IncomingMessage = NodeRequest>(
  terms: Terms<[Req]>,
): (req: Req, res: ServerResponse, next: (error?: unknown) => void) => void {
  const check = protection<[Req]>('apiKey', terms, { ip: addressOf, route: routeOf });
  return (req, res, next) => {
    const presented = req.headers['x-api-key'] as string | undefined;
    check(presented, req).then((verification) => {
      // Another middleware may have lost its patience meanwhile.
      if (res.headersSent) return;
      if (!verification.valid) {
        const { status, headers, body } = refusalAnswer(verification.refused, verification.requestId);
        res.writeHead(status, headers).end(body);
        return;
      }
      (req as NodeRequest).apiKey = verification.key;
      for (const [name, value] of Object.entries(standingHeaders(verification.key))) res.setHeader(name, value);
      next();
    }, next);
  };
}

/**
 * The key of an accepted call.
 *
 * @throws Error if `apiKey()` does not stand before the handler: an unprotected route must fail, not guess.
 */
export function apiKeyOf(req: object): VerifiedKey {
  const { apiKey } = req as NodeRequest;
  if (apiKey) return apiKey;
  throw new Error('this route is not protected: put apiKey() before its handler');
}
