import type { KeySecret } from './key.ts';
import { earliest, hasEnded, ownEnd } from './lifetime.ts';

const DAY_MS = 86_400_000;

/** Secrets of one key that may be in use at once: the newest, and those whose grace period lasts. */
export const MOST_SECRETS = 5;

/** A plan that demands rotation leaves at least so long for it, also to secrets that are older than it allows. */
const NOTICE_MS = 30 * DAY_MS;

/** The secrets that have not ended by themselves at a time, in milliseconds since the epoch. */
export const livingSecrets = (secrets: readonly KeySecret[], at: number): KeySecret[] =>
  secrets.filter((secret) => !hasEnded(ownEnd(secret), at));

/** The least place that none of some secrets has. */
const freePlace = (secrets: readonly KeySecret[]): number => {
  const taken = new Set(secrets.map(({ place }) => place));
  let place = 0;
  while (taken.has(place)) place++;
  return place;
};

/**
 * The secrets of a key after a rotation: the new one, and those before it until the grace period ends. A grace period that
 * lasts already is not stretched by the next rotation, and ends no sooner unless the new one is shorter.
 *
 * @param at milliseconds since the epoch.
 */
export function rotated(
  secrets: readonly KeySecret[],
  next: KeySecret,
  at: number,
  gracePeriodSeconds: number,
): KeySecret[] {
  const end = at + gracePeriodSeconds * 1_000;
  const former = livingSecrets(
    secrets.map((secret) => ({ ...secret, expiresAt: earliest(secret.expiresAt, end) })),
    at,
  );
  return [...former, { ...next, place: freePlace(former) }];
}

/**
 * The secrets of a key whose account comes under another greatest age of secrets.
 *
 * @param at milliseconds since the epoch.
 */
export const underMaxAge = (secrets: readonly KeySecret[], maxAgeDays: number | null, at: number): KeySecret[] =>
  secrets.map((secret, index) => {
    const isNewest = index === secrets.length - 1;
    if (!isNewest) return secret;
    const rotateBy = maxAgeDays === null ? null : Math.max(secret.createdAt + maxAgeDays * DAY_MS, at + NOTICE_MS);
    return { ...secret, rotateBy };
  });
