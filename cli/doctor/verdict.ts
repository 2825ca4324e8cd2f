import type { Fact, Facts } from './facts.ts';

export type Status = 'ok' | 'warning' | 'problem' | 'not checked';

/** What a check comes to. */
export interface Verdict {
  readonly status: Status;
  readonly found: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly todo: string;
}

/** One row of what the doctor checks. */
export interface Check {
  readonly name: string;
  readonly judge: (facts: Facts) => Verdict;
}

export const ok = (found: string): Verdict => ({ status: 'ok', found, todo: '' });
export const warning = (found: string, todo: string): Verdict => ({ status: 'warning', found, todo });
export const problem = (found: string, todo: string): Verdict => ({ status: 'problem', found, todo });
export const notChecked = (found: string, todo = ''): Verdict => ({ status: 'not checked', found, todo });

/** Judges what was seen; of what could not be seen it says why. */
export function judged<Value>({ stage }: Facts, fact: Fact<Value>, judge: (value: Value) => Verdict): Verdict {
  if (fact.kind === 'seen') return judge(fact.value);
  return stage ? notChecked(fact.why, 'allow what was denied, and run it again') : notChecked(fact.why);
}

export const DEPLOY = 'deploy the stack: npm run deploy';
