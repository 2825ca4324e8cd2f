import type { KeyTotals, Slot } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { hasEnded, keyEnd } from './lifetime.ts';
import type { Environment } from './secret.ts';

/** A request limit: at most `limit` calls in any `windowSeconds`. */
export interface RateLimit {
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A calendar period, in UTC. */
export type Period = 'day' | 'month';

/** Calls per calendar period. */
export interface Quota {
  readonly limit: number;
  readonly period: Period;
}

/** One secret of a key. A key has several while a rotation's grace period lasts; the newest is the last. */
export interface KeySecret {
  /** Where its account notes its last use once it is a former one: from 0, unique in its key. */
  readonly place: number;
  readonly keyHash: string;
  readonly hint: string;
  /** Milliseconds since the epoch, as all times of a record are. */
  readonly createdAt: number;
  /** When its grace period ends; the newest secret has none. */
  readonly expiresAt: number | null;
  /** When it reaches the greatest age that the plan allows. */
  readonly rotateBy: number | null;
}

/** What a person decides about a key. */
export interface KeyPolicy {
  readonly name: string;
  readonly environment: Environment;
  readonly scopes: readonly string[];
  readonly allowedIps: readonly string[];
  readonly rateLimits: readonly RateLimit[];
  readonly quota: Quota | null;
  /** Credits that its calls may spend in a day (UTC); absent in records older than caps. */
  readonly dailyCredits?: number | null;
  readonly expiresAt: number | null;
}

/** The `key#<keyId>` record. It is written when a person changes the key, never by a call. */
export interface KeyRecord extends KeyPolicy {
  readonly email: Email;
  readonly keyId: string;
  /** The account's version at this record's last change: unique in the account, also across the keys of one slot. */
  readonly version: number;
  /** Where the account counts for this key; `null` once a revoked key's totals were moved to this record. */
  readonly slot: Slot | null;
  readonly disabled: boolean;
  readonly secrets: readonly KeySecret[];
  readonly createdAt: number;
  /** When it was last changed. */
  readonly updatedAt: number;
  /** When its next notice is due; absent where none is to come. */
  readonly dueAt?: number | undefined;
  readonly revokedAt: number | null;
  /** The final totals of a revoked key, once it has left its slot. */
  readonly totals: KeyTotals | null;
}

/** Where keys stand in the table's index of what is due. */
export const DUE_KEY = 'key';

/** Sort key prefix of key records. */
export const KEY_RECORD = 'key#';

/** The primary key of a key record. */
export const keyRecordKey = (email: Email, keyId: string): { email: Email; record: string } => ({
  email,
  record: KEY_RECORD + keyId,
});

export type KeyStatus = 'active' | 'disabled' | 'expired' | 'revoked';

/** A key's status at a time, in milliseconds since the epoch. */
export function statusOf(key: KeyRecord, now: number): KeyStatus {
  if (key.revokedAt !== null) return 'revoked';
  if (key.disabled) return 'disabled';
  return hasEnded(keyEnd(key), now) ? 'expired' : 'active';
}
