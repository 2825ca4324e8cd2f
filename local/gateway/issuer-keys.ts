import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { ASSUMED, LIMITS } from './assumptions.ts';

/** The issuer could not be asked; the message is the one that API Gateway gives. */
export class IssuerUnreachable extends Error {}

/** Finds an issuer's keys by OpenID Connect discovery, and keeps them. */
export function createIssuerKeys(cooldownMs: number = ASSUMED.jwtKeyCooldownMs): (issuer: string) => JWTVerifyGetKey {
  const found = new Map<string, Promise<JWTVerifyGetKey>>();

  const keySetOf = (issuer: string): Promise<JWTVerifyGetKey> => {
    const known = found.get(issuer);
    if (known) return known;
    const discovery = discover(issuer).then((url) =>
      createRemoteJWKSet(url, {
        timeoutDuration: LIMITS.jwksTimeoutMs,
        cacheMaxAge: ASSUMED.jwtKeyCacheMs,
        cooldownDuration: cooldownMs,
      }),
    );
    found.set(issuer, discovery);
    discovery.catch(() => found.delete(issuer));
    return discovery;
  };

  return (issuer) => async (header, token) => {
    const keySet = await keySetOf(issuer);
    try {
      return await keySet(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw new IssuerUnreachable('JWKS communication error', { cause });
    }
  };
}

async function discover(issuer: string): Promise<URL> {
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(LIMITS.discoveryTimeoutMs),
    });
    if (!response.ok) throw new Error(`the discovery document answers ${response.status}, not 200`);
    const document = (await response.json()) as { jwks_uri?: unknown };
    return new URL(String(document.jwks_uri));
  } catch (cause) {
    throw new IssuerUnreachable('OIDC discovery endpoint communication error', { cause });
  }
}
