import type { KeySecret } from './key.ts';

/** Secrets of one key that may be in use at once: the newest, and those whose grace period lasts. */
export const MOST_SECRETS = 5;

const earlier = (a: number | null, b: number): number => (a === null ? b : Math.min(a, b));

/** The secrets that are still accepted at a time. */
export const livingSecrets = (secrets: readonly KeySecret[], at: number): KeySecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > at);

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
  const former = secrets.map((secret) => ({ ...secret, expiresAt: earlier(secret.expiresAt, end) }));
  return [...livingSecrets(former, at), next];
}
