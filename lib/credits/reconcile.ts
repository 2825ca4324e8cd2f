import { type Account, countAt, hot } from '../accounts/account.ts';
import type { LedgerHead, Movement } from './ledger.ts';

/** What one account has by one count, and by another. */
export interface Drift {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** The lines of a ledger, added up. */
export interface LedgerSum {
  /** Purchased credits that came or were taken back, without spending. */
  readonly granted: number;
  /** Purchased credits of all lines together, spending included. */
  readonly purchased: number;
}

export const EMPTY_SUM: LedgerSum = { granted: 0, purchased: 0 };

/** A ledger's sum with one line more. */
export const withLine = (sum: LedgerSum, { kind, purchased }: Movement): LedgerSum => ({
  granted: sum.granted + (kind === 'spend' ? 0 : purchased),
  purchased: sum.purchased + purchased,
});

/**
 * Compares an account's counters with its ledger: what came must be what is left and what was spent, and the ledger's own
 * balance the sum of its lines. An account without a ledger has nothing to compare; its first line opens it.
 */
export function driftsOf(account: Account, head: LedgerHead | undefined, sum: LedgerSum): Drift[] {
  if (!head) return [];
  const left = countAt(account, hot.purchasedCredits);
  const spent = countAt(account, hot.purchasedSpent);
  const checks: Drift[] = [
    { what: 'purchased credits left', expected: sum.granted - spent, found: left },
    { what: "the ledger's balance", expected: sum.purchased, found: head.balance.purchased },
    {
      what: 'purchased credits spent, in the ledger',
      expected: sum.granted - head.balance.purchased,
      found: head.purchasedSpent,
    },
  ];
  return checks.filter(({ expected, found }) => expected !== found);
}
