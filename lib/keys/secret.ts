import { hash } from 'node:crypto';
import { encodeBase62, type RandomBytes, randomBase62 } from './base62.ts';
import { crc32 } from './crc32.ts';

/** Which of the store's environments a key opens. */
export type Environment = 'live' | 'test';

/** The plaintext of an API key: shown to its owner once, never stored, logged or put into an error. */
export type Secret = string & { readonly brand: 'Secret' };

/** One regular expression for secret scanners; anchored, it is the shape of every key. */
export const SECRET_PATTERN = 'sk_(live|test)_[0-9A-Za-z]{36}';

const SHAPE = new RegExp(`^${SECRET_PATTERN}$`);
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const LENGTH = 'sk_live_'.length + RANDOM_LENGTH + CHECKSUM_LENGTH;

/** Six base62 characters hold any CRC-32: 62^6 > 2^32. */
const checksum = (body: string): string => encodeBase62(crc32(body), CHECKSUM_LENGTH);

/** Makes a new secret: `sk_<environment>_`, 30 random characters (178 bits), and the checksum of all that. */
export function makeSecret(environment: Environment, randomBytes: RandomBytes): Secret {
  const body = `sk_${environment}_${randomBase62(RANDOM_LENGTH, randomBytes)}`;
  return (body + checksum(body)) as Secret;
}

/**
 * Tells a secret from anything else, without a database: shape and checksum must be right.
 *
 * @returns the secret with its environment, or `undefined` for whatever is not one of ours.
 */
export function parseSecret(text: unknown): { secret: Secret; environment: Environment } | undefined {
  if (typeof text !== 'string' || text.length !== LENGTH || !SHAPE.test(text)) return undefined;
  if (checksum(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)) return undefined;
  return { secret: text as Secret, environment: text.slice(3, 7) as Environment };
}

/**
 * SHA-256 in 64 hexadecimal digits: all that is ever stored of a secret. A slow password hash would add nothing,
 * as 178 random bits are in no dictionary (NIST SP 800-63B §5.1.2.2 asks for one only below 112 bits).
 */
export function hashSecret(secret: Secret): string {
  return hash('sha256', secret);
}

/** What people see of a secret, enough to tell two apart: `sk_live_AbCd…wXyZ`. */
export function hintOf(secret: Secret): string {
  return `${secret.slice(0, 12)}…${secret.slice(-4)}`;
}
