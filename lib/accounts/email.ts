const MAX_BYTES = 254;
/** Without quotes and backslashes, which only a quoted local part may hold (RFC 5321 §4.1.2: hosts should avoid them). */
const SHAPE = /^[^\s@\p{Cc}"\\]+@[^\s@\p{Cc}"\\]+$/u;
const NON_ASCII = /[^\p{ASCII}]/gu;
const ASCII = /\p{ASCII}/u;

/** An address after {@link normalizeEmail}: the partition key of everything a user has. */
export type Email = string & { readonly brand: 'Email' };

const fold = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC');

/**
 * Normalises an email address once, at the edge: trimmed, NFC, lower-cased. `+tags` and dots stay: they are other
 * people. A non-ASCII letter that would fold into an ASCII one (the Kelvin sign into `k`, the dotted capital I) is
 * refused, because its owner would become the owner of the ASCII address (Unicode TR36 §2, visual and folding spoofs).
 *
 * @returns the address, or `undefined` if it is none, or is over 254 bytes (RFC 5321 §4.5.3.1.3).
 */
export function normalizeEmail(text: string): Email | undefined {
  if (!text.isWellFormed()) return undefined;
  // As given, and composed: a capital I and a combining dot are the dotted capital I in another form.
  const letters = (text + text.normalize('NFC')).match(NON_ASCII) ?? [];
  if (letters.some((letter) => ASCII.test(fold(letter)))) return undefined;
  const email = fold(text.trim());
  if (!SHAPE.test(email) || Buffer.byteLength(email) > MAX_BYTES) return undefined;
  return email as Email;
}
