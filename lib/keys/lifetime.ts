import type { KeyRecord, KeySecret } from './key.ts';

/** The earliest of some ends, in milliseconds since the epoch; `null` is without end. */
export function earliest(...ends: (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** From the end on, to the millisecond. */
export const hasEnded = (end: number | null, now: number): boolean => end !== null && end <= now;

/** When a secret ends by itself: with its grace period, or at the greatest age that its plan allows. */
export const ownEnd = ({ expiresAt, rotateBy }: KeySecret): number | null => earliest(expiresAt, rotateBy);

/** When a secret of a key is no longer accepted: by itself, or with its key. */
export const endOf = (key: Pick<KeyRecord, 'expiresAt'>, secret: KeySecret): number | null =>
  earliest(key.expiresAt, ownEnd(secret));

/** When the last secret of a key ends: former ones never outlast it by more than their grace. */
export function keyEnd({ expiresAt, secrets }: Pick<KeyRecord, 'expiresAt' | 'secrets'>): number | null {
  const newest = secrets.at(-1);
  return newest ? endOf({ expiresAt }, newest) : expiresAt;
}
