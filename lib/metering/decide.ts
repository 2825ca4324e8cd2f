import { type Account, keyVersionAt } from '../accounts/account.ts';
import type { KeyRecord } from '../keys/key.ts';
import type { Call } from './call.ts';
import type { Charge } from './charge.ts';
import { RULES, type Rule, usageOf } from './rules.ts';
import type { Refusal, RefusalCode } from './verdict.ts';

export type Decision =
  | { readonly kind: 'allow'; readonly charges: readonly Charge[] }
  | { readonly kind: 'deny'; readonly refusal: Refusal; readonly rule: string };

const isRefusal = (ruling: Refusal | readonly Charge[]): ruling is Refusal => !Array.isArray(ruling);

/** Judges one call by every rule, in order. Pure: the same call has the same answer. */
export function decide(call: Call, rules: readonly Rule[] = RULES): Decision {
  const charges: Charge[] = [];
  for (const { name, judge } of rules) {
    const ruling = judge(call);
    if (isRefusal(ruling)) return { kind: 'deny', refusal: withWholeWait(call, ruling, rules), rule: name };
    charges.push(...ruling);
  }
  return { kind: 'allow', charges: [...charges, ...usageOf(call)] };
}

/** A refusal whose wait is over for every rule: when the first is content, one after it may still refuse. */
function withWholeWait(call: Call, refusal: Refusal, rules: readonly Rule[]): Refusal {
  const { retryAfter, ...rest } = refusal;
  if (retryAfter === undefined || refusal.provisional) return refusal;
  const later = call.now + retryAfter * 1_000;
  const next = decide({ ...call, now: later, seenAt: later }, rules);
  if (next.kind === 'allow') return refusal;
  const { retryAfter: more } = next.refusal;
  return more === undefined ? rest : { ...rest, retryAfter: retryAfter + more };
}

/** What one rule says of a call, whatever the others say. */
export interface Outcome {
  readonly check: string;
  readonly passed: boolean;
  readonly code?: RefusalCode;
  readonly retryAfter?: number;
}

/** Judges one call by every rule, also by those after the first that refuses. */
export const explain = (call: Call, rules: readonly Rule[] = RULES): Outcome[] =>
  rules.map(({ name: check, judge }) => {
    const ruling = judge(call);
    if (!isRefusal(ruling)) return { check, passed: true };
    const { code, retryAfter } = ruling;
    return { check, passed: false, code, ...(retryAfter !== undefined && { retryAfter }) };
  });

/** Tells whether a key record is the one that its account counts for: not changed, and not replaced in its slot. */
export const isCurrent = (key: KeyRecord, account: Account): boolean => {
  const version = key.slot === null ? undefined : keyVersionAt(account, key.slot);
  return version === undefined || version === key.version;
};
