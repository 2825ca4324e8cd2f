import { hash } from 'node:crypto';
import { type RandomBytes, randomBase62 } from './base62.ts';
import type { KeySecret } from './key.ts';
import { checksum, type Environment, parseSecret, RANDOM_LENGTH, type Secret } from './secret-format.ts';

export {
  type Environment,
  FOREIGN_SECRET,
  parseSecret,
  presentedSecret,
  SECRET_PATTERN,
  type Secret,
} from './secret-format.ts';

/** Makes a new secret: `sk_<environment>_`, 30 random characters (178 bits), and the checksum of all that. */
export function makeSecret(environment: Environment, randomBytes: RandomBytes): Secret {
  const body = `sk_${environment}_${randomBase62(RANDOM_LENGTH, randomBytes)}`;
  return (body + checksum(body)) as Secret;
}

/**
 * SHA-256 in 64 hexadecimal digits: all that is ever stored of a secret. A slow password hash would add nothing,
 * as 178 random bits are in no dictionary (NIST SP 800-63B §5.1.2.2 asks for one only below 112 bits).
 */
export function hashSecret(secret: Secret): string {
  return hash('sha256', secret);
}

/** Of a secret that was made elsewhere, at most so many characters are shown at either end, and a quarter in all. */
const SHOWN = 4;

/**
 * What people see of a secret, enough to tell two apart: `sk_live_AbCd…wXyZ`. A foreign one may be short, and all of it random: of
 * 16 characters 4 are shown.
 */
export function hintOf(secret: Secret): string {
  if (parseSecret(secret)) return `${secret.slice(0, 12)}…${secret.slice(-4)}`;
  const shown = Math.min(SHOWN, Math.floor(secret.length / 8));
  return `${secret.slice(0, shown)}…${secret.slice(secret.length - shown)}`;
}

/** What people see of a secret that is known by its hash alone: whoever has it can tell it by its SHA-256. */
export const hintOfHash = (keyHash: string): string => `${HASH_HINT}${keyHash.slice(0, 8)}…`;

/** What the hint of a secret begins with that is known by its hash alone. */
export const HASH_HINT = 'sha256:';

const DAY_MS = 86_400_000;

/**
 * What is stored of a new secret.
 *
 * @param maxAgeDays the greatest age that its plan allows, `null` for any.
 */
export const secretRecord = (secret: Secret, createdAt: number, maxAgeDays: number | null): KeySecret => ({
  place: 0,
  keyHash: hashSecret(secret),
  hint: hintOf(secret),
  createdAt,
  expiresAt: null,
  rotateBy: maxAgeDays === null ? null : createdAt + maxAgeDays * DAY_MS,
});
