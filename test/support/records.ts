import type { Account, HotItem, Slot } from '../../lib/accounts/account.ts';
import { type Email, normalizeEmail } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { type Call, DEFAULT_TERMS } from '../../lib/metering/call.ts';
import type { Standing } from '../../lib/metering/standing.ts';

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

/** What is decided about a key where nobody decides anything. */
export const DEFAULT_POLICY = {
  name: 'default',
  environment: 'live',
  scopes: [],
  allowedIps: [],
  rateLimits: [],
  quota: null,
} as const;

/** An active key in slot 0, of version 1, with one secret whose hash is `hash`; fields as given. */
export const keyWith = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  email: ADA,
  keyId: '01KAPZ0000000000000000000A',
  ...DEFAULT_POLICY,
  expiresAt: null,
  version: 1,
  slot: slotOf('0'),
  disabled: false,
  secrets: [{ place: 0, keyHash: 'hash', hint: 'sk_live_AbCd…wXyZ', createdAt: NOW, expiresAt: null, rotateBy: null }],
  createdAt: NOW,
  updatedAt: NOW,
  revokedAt: null,
  totals: null,
  ...fields,
});

/** A call at `NOW` with that key's secret, on an unused account of the free plan seen at `NOW`; fields as given. */
export const callWith = (fields: Partial<Call> = {}): Call => ({
  now: NOW,
  keyHash: 'hash',
  ip: '192.0.2.1',
  terms: DEFAULT_TERMS,
  key: keyWith(),
  account: accountWith({ v: 1, k0: 1, n0: 0 }),
  plan: PLANS.free,
  seenAt: NOW,
  ...fields,
});

/** What is left after one call on the free plan. */
export const STANDING: Standing = {
  rateLimits: [{ name: 'plan', limit: 600, windowSeconds: 60, remaining: 599, resetSeconds: 60 }],
  quota: { limit: 50_000, period: 'month', remaining: 49_999, resetSeconds: 648_000 },
  credits: { included: 9_999, purchased: 0, total: 9_999 },
};
