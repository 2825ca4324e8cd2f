import { type Account, type KeyTotals, lastUseAt, totalsAt } from '../accounts/account.ts';
import { type KeyRecord, statusOf } from './key.ts';
import { ownEnd } from './lifetime.ts';

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** A key's totals: from its account while it holds a slot there, from its own record afterwards. */
export function totalsOf(key: KeyRecord, account: Account): KeyTotals {
  if (key.slot !== null) return totalsAt(account, key.slot);
  return key.totals ?? { totalRequests: 0, lastUsedAt: null };
}

/**
 * Last use of a key's newest secret, or of the former one with that place; unknown of a key that has left its slot. What was
 * used before the newest was made was the one before it.
 */
function lastUseOf({ slot, secrets }: KeyRecord, account: Account, formerPlace?: number): number | null {
  if (slot === null) return null;
  const at = lastUseAt(account, slot, formerPlace);
  if (formerPlace !== undefined || at === null) return at;
  return at < (secrets.at(-1)?.createdAt ?? 0) ? null : at;
}

/** A key as people see it: no hash, no slot; times in ISO 8601. */
export function viewKey(key: KeyRecord, account: Account, now: number) {
  const { keyId, name, environment, scopes, allowedIps, rateLimits, quota, version } = key;
  const { totalRequests, lastUsedAt } = totalsOf(key, account);
  return {
    keyId,
    name,
    hint: key.secrets.at(-1)?.hint ?? '',
    environment,
    status: statusOf(key, now),
    scopes: [...scopes],
    allowedIps: [...allowedIps],
    rateLimits: rateLimits.map((limit) => ({ ...limit })),
    quota,
    dailyCredits: key.dailyCredits ?? null,
    createdAt: iso(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    rotateBy: isoOrNull(key.secrets.at(-1)?.rotateBy ?? null),
    lastUsedAt: isoOrNull(lastUsedAt),
    totalRequests,
    version,
    secrets: key.secrets.map((secret, index) => ({
      hint: secret.hint,
      createdAt: iso(secret.createdAt),
      expiresAt: isoOrNull(ownEnd(secret)),
      lastUsedAt: isoOrNull(lastUseOf(key, account, index === key.secrets.length - 1 ? undefined : secret.place)),
    })),
  };
}

const LISTED_MS = 30 * 86_400_000;

/** The keys that a list shows: all that are not revoked and, if asked for, those revoked within 30 days. */
export const listed = (keys: readonly KeyRecord[], includeRevoked: boolean, now: number): KeyRecord[] =>
  keys.filter(({ revokedAt }) => revokedAt === null || (includeRevoked && now - revokedAt < LISTED_MS));
