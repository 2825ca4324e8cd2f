import { encodeBase62 } from './base62.ts';
import { crc32 } from './crc32.ts';

/** Which of the store's environments a key opens. */
export type Environment = 'live' | 'test';

/** The plaintext of an API key: shown to its owner once, never stored, logged or put into an error. */
export type Secret = string & { readonly brand: 'Secret' };

/** One regular expression for secret scanners; anchored, it is the shape of every key. */
export const SECRET_PATTERN = 'sk_(live|test)_[0-9A-Za-z]{36}';

/** Random characters of a secret: 178 bits. */
export const RANDOM_LENGTH = 30;

const SHAPE = new RegExp(`^${SECRET_PATTERN}$`);
const CHECKSUM_LENGTH = 6;
const LENGTH = 'sk_live_'.length + RANDOM_LENGTH + CHECKSUM_LENGTH;

/** The end of a secret, by all that precedes. Six base62 characters hold any CRC-32: 62^6 > 2^32. */
export const checksum = (body: string): string => encodeBase62(crc32(body), CHECKSUM_LENGTH);

/**
 * What a secret that was made elsewhere may look like: visible ASCII, which a header carries unchanged. A comma joins the values
 * of a header that is sent twice, so no secret has one.
 */
const FOREIGN = /^[\x21-\x2b\x2d-\x7e]{16,255}$/;

/** What a foreign secret may look like, in words. */
export const FOREIGN_SECRET = '16 to 255 visible ASCII characters, without spaces and commas';

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
 * Reads what a caller presents in place of a key.
 *
 * @param foreignSecrets takes also what may be a secret that was made elsewhere, and imported.
 * @returns the secret, or `undefined` for what cannot be one.
 */
export function presentedSecret(text: unknown, foreignSecrets: boolean): Secret | undefined {
  const own = parseSecret(text)?.secret;
  if (own || !foreignSecrets || typeof text !== 'string') return own;
  return FOREIGN.test(text) ? (text as Secret) : undefined;
}
