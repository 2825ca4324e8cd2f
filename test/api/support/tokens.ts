import { base64url, type CryptoKey, exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Service } from './service.ts';

const HOUR_SECONDS = 3_600;

/** Claims to add to a good token, or, by `undefined`, to take away from it. */
type Claims = Readonly<Record<string, unknown>>;

/** Makes the tokens of a service: good ones, and ones with a single fault. */
export async function tokenForge({ instance, audience, signingKey }: Service) {
  const key = (await importJWK(signingKey, 'RS256')) as CryptoKey;
  const { d, p, q, dp, dq, qi, ...publicJwk } = signingKey;
  const publicKey = (await importJWK(publicJwk, 'RS256', { extractable: true })) as CryptoKey;
  const publicPem = await exportSPKI(publicKey);
  const stranger = await generateKeyPair('RS256');
  const now = Math.floor(Date.now() / 1000);
  const kid = signingKey.kid ?? '';

  const claimsOf = (email: string, claims: Claims = {}): JWTPayload => ({
    iss: instance.issuer,
    aud: audience,
    sub: email,
    iat: now - 1,
    exp: now + HOUR_SECONDS,
    email,
    email_verified: true,
    ...claims,
  });
  const sign = (payload: JWTPayload, header: { alg: string; kid?: string }, secret: CryptoKey | Uint8Array) =>
    new SignJWT(payload).setProtectedHeader(header).sign(secret);
  const encoded = (part: object): string => base64url.encode(JSON.stringify(part));

  return {
    now,
    good: (email: string, claims?: Claims) => sign(claimsOf(email, claims), { alg: 'RS256', kid }, key),
    withoutKid: (email: string) => sign(claimsOf(email), { alg: 'RS256' }, key),
    byStranger: (email: string) => sign(claimsOf(email), { alg: 'RS256', kid }, stranger.privateKey),
    /** The public key, which everybody has, as the secret of an HMAC. */
    byPublicKey: (email: string) => sign(claimsOf(email), { alg: 'HS256', kid }, new TextEncoder().encode(publicPem)),
    unsigned: (email: string, alg: string) => `${encoded({ alg, kid })}.${encoded(claimsOf(email))}.`,
    /** A good token of one user, its claims replaced by those of another. */
    tampered: async (email: string, victim: string) => {
      const [header, , signature] = (await sign(claimsOf(email), { alg: 'RS256', kid }, key)).split('.');
      return `${header}.${encoded(claimsOf(victim))}.${signature}`;
    },
  };
}

export type TokenForge = Awaited<ReturnType<typeof tokenForge>>;
