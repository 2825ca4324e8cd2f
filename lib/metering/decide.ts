import { type Account, hot, keyVersionAt } from '../accounts/account.ts';
import type { KeyRecord } from '../keys/key.ts';
import type { Charge } from './charge.ts';
import type { RefusalCode } from './verdict.ts';

/** Everything that the answer to one call depends on. */
export interface Call {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** SHA-256 of the presented secret. */
  readonly keyHash: string;
  readonly key: KeyRecord;
  readonly account: Account;
}

/** One row of the check: it refuses, or says what an accepted call is charged. */
export interface Rule {
  readonly name: string;
  readonly refuses?: (call: Call) => RefusalCode | undefined;
  readonly charges?: (call: Call) => readonly Charge[];
}

export type Decision =
  | { readonly kind: 'allow'; readonly charges: readonly Charge[] }
  | { readonly kind: 'deny'; readonly code: RefusalCode; readonly rule: string };

const ended = (at: number | null, now: number): boolean => at !== null && at <= now;

/** The rules of the check, in the order in which they are judged: the first that refuses gives the answer. */
export const RULES: readonly Rule[] = [
  {
    name: 'revoked',
    refuses: ({ key, account }) =>
      key.revokedAt !== null || key.slot === null || keyVersionAt(account, key.slot) === undefined
        ? 'key_revoked'
        : undefined,
  },
  { name: 'disabled', refuses: ({ key }) => (key.disabled ? 'key_disabled' : undefined) },
  { name: 'expired', refuses: ({ key, now }) => (ended(key.expiresAt, now) ? 'key_expired' : undefined) },
  {
    name: 'secret',
    refuses: ({ key, keyHash, now }) => {
      const secret = key.secrets.find((candidate) => candidate.keyHash === keyHash);
      return !secret || ended(secret.expiresAt, now) ? 'key_expired' : undefined;
    },
  },
  {
    name: 'usage',
    charges: ({ key: { slot }, now }) =>
      slot === null
        ? []
        : [
            { kind: 'add', attribute: hot.requests(slot), amount: 1 },
            { kind: 'set', attribute: hot.lastUsed(slot), value: now },
          ],
  },
];

/** Judges one call by every rule, in order. Pure: the same call has the same answer. */
export function decide(call: Call, rules: readonly Rule[] = RULES): Decision {
  for (const rule of rules) {
    const code = rule.refuses?.(call);
    if (code) return { kind: 'deny', code, rule: rule.name };
  }
  return { kind: 'allow', charges: rules.flatMap((rule) => rule.charges?.(call) ?? []) };
}

/** Tells whether a key record is the one that its account counts for: not changed, and not replaced in its slot. */
export const isCurrent = (key: KeyRecord, account: Account): boolean => {
  const version = key.slot === null ? undefined : keyVersionAt(account, key.slot);
  return version === undefined || version === key.version;
};
