/** How a SHA-256 may be written. */
export const HASH_ENCODINGS = ['hex', 'base64', 'base64url'] as const;

export type HashEncoding = (typeof HASH_ENCODINGS)[number];

/** Padding may be left out: without it 32 bytes are 43 characters. */
const SHAPES: Readonly<Record<HashEncoding, RegExp>> = {
  hex: /^[0-9a-f]{64}$/i,
  base64: /^[A-Za-z0-9+/]{43}=?$/,
  base64url: /^[\w-]{43}=?$/,
};

/**
 * Reads a SHA-256. Its encoding is told by its length and letters if it is not said.
 *
 * @returns 64 hexadecimal digits in lower case, or `undefined` if it is not 32 bytes, or not written as an encoder writes them.
 */
export function readKeyHash(text: string, said?: HashEncoding): string | undefined {
  const encoding = HASH_ENCODINGS.find((name) => (said ?? name) === name && SHAPES[name].test(text));
  if (!encoding) return undefined;
  const bytes = Buffer.from(text, encoding);
  if (encoding !== 'hex' && bytes.toString(encoding).replace('=', '') !== text.replace('=', '')) return undefined;
  return bytes.toString('hex');
}
