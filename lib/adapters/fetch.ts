import { type Answer, refusalAnswer, standingHeaders } from './answer.ts';
import { protection, type Terms } from './terms.ts';
import type { VerifiedKey } from './verification.ts';

export type { VerifiedKey } from './verification.ts';
export { createVerifier, type Verifier, type VerifierOptions } from './verify-client.ts';

/** An answer as a Fetch `Response`. */
export const responseOf = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers });

/**
 * A response of `fetch` or `Response.redirect` cannot be changed; its copy streams the same body. One that
 * upgrades its connection (101) cannot be copied.
 */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  if (response.status === 101) return response;
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value);
  return copy;
}

/**
 * Protects a Fetch-style handler by API keys: it runs for accepted calls only, and is given their key after the request.
 * What a platform passes beside the request comes after that. Its responses tell the caller what is left.
 *
 * @throws TypeError for terms that cannot hold.
 */
export function protect<Rest extends unknown[]>(
  handler: (request: Request, key: VerifiedKey, ...rest: Rest) => Response | Promise<Response>,
  terms: Terms<[request: Request, ...rest: Rest]>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const check = protection('protect', terms);
  return async (request, ...rest) => {
    const verification = await check(request.headers.get('x-api-key'), request, ...rest);
    if (!verification.valid) return responseOf(refusalAnswer(verification.refused, verification.requestId));
    return withHeaders(await handler(request, verification.key, ...rest), standingHeaders(verification.key));
  };
}
