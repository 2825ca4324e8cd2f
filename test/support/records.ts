import type { Account, HotItem, Slot } from '../../lib/accounts/account.ts';
import { type Email, normalizeEmail } from '../../lib/accounts/email.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';

/** A moment for tests whose clock stands still. */
export const NOW = Date.UTC(2026, 10, 23, 12);

/** An email that the edge has normalised. */
export function emailOf(text: string): Email {
  const email = normalizeEmail(text);
  if (!email) throw new Error(`expected an email address, given ${text}`);
  return email;
}

export const ADA = emailOf('ada@example.com');

export const slotOf = (character: string): Slot => character as Slot;

/** An account whose hot item is as given. */
export const accountWith = (item: HotItem): Account => ({ email: ADA, item });

/** An active key in slot 0, of version 1, with one secret whose hash is `hash`; fields as given. */
export const keyWith = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  email: ADA,
  keyId: '01KAPZ0000000000000000000A',
  name: 'default',
  environment: 'live',
  scopes: [],
  allowedIps: [],
  rateLimits: [],
  quota: null,
  expiresAt: null,
  version: 1,
  slot: slotOf('0'),
  disabled: false,
  secrets: [{ keyHash: 'hash', hint: 'sk_live_AbCd…wXyZ', createdAt: NOW, expiresAt: null }],
  createdAt: NOW,
  revokedAt: null,
  totals: null,
  ...fields,
});
