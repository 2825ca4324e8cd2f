import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** Makes an RSA key for RS256; HTTP APIs verify no other family. */
async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
}

/**
 * The key that signs tokens: kept beside the data, so that a token outlives a restart, or made anew without a directory.
 */
export async function signingKey(dataDirectory: string | undefined): Promise<JWK> {
  if (!dataDirectory) return makeKey();
  const file = path.join(dataDirectory, 'signing-key.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const key = await makeKey();
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}
