import type { KeyRecord } from '../keys/key.ts';
import type { Alert } from './alerts.ts';
import type { Payment } from './payment.ts';
import type { Standing } from './standing.ts';

/** Why a call is refused. The codes are those of the HTTP contract. */
export const REFUSAL_CODES = [
  'invalid_key',
  'key_revoked',
  'key_disabled',
  'key_expired',
  'account_suspended',
  'ip_denied',
  'scope_denied',
  'environment_denied',
  'rate_limited',
  'quota_exceeded',
  'daily_credits_spent',
  'insufficient_credits',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  readonly code: RefusalCode;
  /** Whole seconds after which the same call is accepted if no other is made; absent where time does not help. */
  readonly retryAfter?: number;
  /** The scopes that the key lacks; absent where it is refused for another reason. */
  readonly missingScopes?: readonly string[];
  /**
   * True if the account as seen may not show the final count of the last window: the refusal must then be judged again
   * from the account as it is.
   */
  readonly provisional?: boolean;
}

/** The outcome of a check. A refused call has consumed nothing. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly key: KeyRecord;
      readonly standing: Standing;
      /** When the presented secret ends, in milliseconds since the epoch; absent where it does not. */
      readonly secretEndsAt?: number | undefined;
      /** Absent where the call was free of credits. */
      readonly payment?: Payment | undefined;
      /** The levels that the account has reached; absent where nothing was charged. */
      readonly alerts?: readonly Alert[];
    }
  /** Key and standing are absent where the presented text leads to none. */
  | {
      readonly allowed: false;
      readonly refusal: Refusal;
      readonly key?: KeyRecord;
      readonly standing?: Standing;
      /** The levels for which it was refused; absent where there are none. */
      readonly alerts?: readonly Alert[];
    };

/** The answer to whatever is no key, or none that is known. */
export const UNKNOWN: Verdict = { allowed: false, refusal: { code: 'invalid_key' } };

/** The record of a revoked key is deleted after 30 days; its hash stays, and so does the answer. */
export const GONE: Verdict = { allowed: false, refusal: { code: 'key_revoked' } };
