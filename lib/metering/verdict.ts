import type { KeyRecord } from '../keys/key.ts';

/** Why a call is refused. The codes are those of the HTTP contract. */
export type RefusalCode = 'invalid_key' | 'key_revoked' | 'key_disabled' | 'key_expired';

export interface Refusal {
  readonly code: RefusalCode;
}

/** The outcome of a check. A refused call has consumed nothing. */
export type Verdict =
  | { readonly allowed: true; readonly key: KeyRecord }
  /** The key is absent where the presented text leads to none. */
  | { readonly allowed: false; readonly refusal: Refusal; readonly key?: KeyRecord };
