import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtAuthorizer } from '../model.ts';
import { ASSUMED } from './assumptions.ts';
import type { Authorization } from './authorization.ts';
import type { Routed } from './event.ts';
import { identityOf } from './identity-source.ts';
import { createIssuerKeys, IssuerUnreachable } from './issuer-keys.ts';
import { claimStrings, hasAudience, scopesOf } from './jwt-claims.ts';
import { REFUSALS } from './refusals.ts';

type Verified = { readonly claims: JWTPayload } | { readonly invalid: string };

export interface JwtOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly keyCooldownMs?: number | undefined;
}

/**
 * The gateway's own JWT authorizer.
 *
 * Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers".
 */
export function createJwtAuthorizer({ clock, keyCooldownMs }: JwtOptions) {
  const keysOf = createIssuerKeys(keyCooldownMs);

  return async (authorizer: JwtAuthorizer, routed: Routed): Promise<Authorization> => {
    const [identity] = identityOf(authorizer.identitySource, routed) ?? [];
    if (identity === undefined) return unauthorized('Bearer', 'no token');
    const token = identity.replace(/^Bearer +/i, '');
    const verified = await verify(token, authorizer, keysOf(authorizer.issuer), clock());
    if ('invalid' in verified) {
      const challenge = `Bearer scope="" error="invalid_token" error_description="${verified.invalid}"`;
      return unauthorized(challenge, `invalid_token: ${verified.invalid}`);
    }
    return permit(verified.claims, routed.match.route.authorizationScopes ?? []);
  };
}

function unauthorized(challenge: string, authorizerError: string): Authorization {
  const headers = { 'www-authenticate': challenge };
  return { allowed: false, refusal: { ...REFUSALS.unauthorized, headers, authorizerError } };
}

function permit(payload: JWTPayload, required: readonly string[]): Authorization {
  const scopes = scopesOf(payload);
  if (required.length > 0 && !required.some((scope) => scopes.includes(scope))) {
    return { allowed: false, refusal: { ...REFUSALS.forbidden, authorizerError: 'insufficient_scope' } };
  }
  const claims = claimStrings(payload);
  return {
    allowed: true,
    context: { jwt: { claims, scopes: required.length > 0 ? scopes : null } },
    logValues: new Map(Object.entries(claims).map(([name, value]) => [`claims.${name}`, value])),
  };
}

async function verify(
  token: string,
  { issuer, audience }: JwtAuthorizer,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<Verified> {
  try {
    // `jose` would take a token without `kid` if the issuer has a single key; API Gateway does not.
    if (!decodeProtectedHeader(token).kid) return { invalid: 'the token has no kid' };
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ASSUMED.jwtAlgorithms,
      issuer,
      requiredClaims: ['exp'],
      clockTolerance: ASSUMED.jwtClockSkewSeconds,
      currentDate: new Date(now),
    });
    if (!hasAudience(payload, audience)) return { invalid: 'the token does not have a valid audience' };
    if (payload.iat !== undefined && !(payload.iat <= now / 1000 + ASSUMED.jwtClockSkewSeconds)) {
      return { invalid: 'the token is issued in the future' };
    }
    return { claims: payload };
  } catch (error) {
    return { invalid: reasonOf(error) };
  }
}

const CLAIM_REASONS: Readonly<Record<string, string>> = {
  iss: 'the token does not have a valid issuer',
  exp: 'the token does not have a valid expiry',
  nbf: 'the token is not valid yet',
};

/** Only fixed texts: nothing of what the client sent goes into a header. */
function reasonOf(error: unknown): string {
  if (error instanceof IssuerUnreachable) return error.message;
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_REASONS[error.claim] ?? 'the token is malformed';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token is signed by an unknown key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signing method is invalid';
  return 'the token is malformed';
}
