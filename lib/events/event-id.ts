import { createHash } from 'node:crypto';
import { encodeTime } from 'ulid';

/** Crockford's base 32, as in a ULID. */
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The id of an event that is to be written once, whoever writes it and however often: a ULID whose random part is drawn from
 * what the event says.
 *
 * @param at milliseconds since the epoch.
 */
export function derivedEventId(at: number, content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest();
  return encodeTime(at) + Array.from(digest.subarray(0, 16), (byte) => BASE32[byte % 32]).join('');
}
