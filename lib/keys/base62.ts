/** The 62 characters of a secret, in the order that gives each its value. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Returns `length` random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

/** The greatest multiple of 62 that a byte can hold: bytes from here on would favour the first characters. */
const UNBIASED = 256 - (256 % BASE62.length);

/**
 * Draws `length` uniform base62 characters: 5.954 bits each, without modulo bias (bytes of 248 and above are drawn
 * again).
 */
export function randomBase62(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 8)) {
      if (byte < UNBIASED && text.length < length) text += BASE62[byte % BASE62.length];
    }
  }
  return text;
}

/** Writes a non-negative integer in base62, left-padded with `0` to `width` characters. */
export function encodeBase62(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / BASE62.length)) {
    text = BASE62[rest % BASE62.length] + text;
  }
  return text;
}
