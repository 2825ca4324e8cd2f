import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { listen } from '../../../local/gateway/listen.ts';

export interface Issuer {
  readonly url: string;
  /** How often the keys were fetched. */
  keyFetches(): number;
  /** Adds a key under another `kid`; tokens are signed by it from then on. */
  rotate(kid: string): Promise<void>;
  /** Signs with the newest key; `header` and `claims` go over RS256, its `kid`, and the issuer's URL. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  publicKeyPem(): Promise<string>;
  close(): Promise<void>;
}

/** A key pair; also for signatures that no issuer vouches for. */
export const makeKey = (alg = 'RS256') => generateKeyPair(alg, { extractable: true });

/** An issuer of tokens, found by OpenID Connect discovery at a free port. */
export async function startIssuer(): Promise<Issuer> {
  const keys = new Map([['first', await makeKey()]]);
  let fetches = 0;
  const server = await listen(async (request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: server.url, jwks_uri: `${server.url}/keys` }));
      return;
    }
    fetches += 1;
    const published = [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid }));
    response.end(JSON.stringify({ keys: await Promise.all(published) }));
  });
  const newest = () => {
    const found = [...keys].at(-1);
    if (!found) throw new Error('the issuer has no key');
    return found;
  };
  return {
    url: server.url,
    keyFetches: () => fetches,
    rotate: async (kid) => void keys.set(kid, await makeKey()),
    sign: (claims, header) => {
      const [kid, { privateKey }] = newest();
      const protectedHeader = { alg: 'RS256', kid, ...header };
      return new SignJWT({ iss: server.url, ...claims }).setProtectedHeader(protectedHeader).sign(privateKey);
    },
    publicKeyPem: () => exportSPKI(newest()[1].publicKey),
    close: server.close,
  };
}
