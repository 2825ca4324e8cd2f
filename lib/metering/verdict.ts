import type { KeyRecord } from '../keys/key.ts';
import type { Standing } from './standing.ts';

/** Why a call is refused. The codes are those of the HTTP contract. */
export type RefusalCode =
  | 'invalid_key'
  | 'key_revoked'
  | 'key_disabled'
  | 'key_expired'
  | 'account_suspended'
  | 'ip_denied'
  | 'scope_denied'
  | 'environment_denied'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'insufficient_credits';

export interface Refusal {
  readonly code: RefusalCode;
  /** Whole seconds after which the same call is accepted if no other is made; absent where time does not help. */
  readonly retryAfter?: number;
  /**
   * True if the account as seen may not show the final count of the last window: the refusal must then be judged again
   * from the account as it is.
   */
  readonly provisional?: boolean;
}

/** The outcome of a check. A refused call has consumed nothing. */
export type Verdict =
  | { readonly allowed: true; readonly key: KeyRecord; readonly standing: Standing }
  /** Key and standing are absent where the presented text leads to none. */
  | { readonly allowed: false; readonly refusal: Refusal; readonly key?: KeyRecord; readonly standing?: Standing };
