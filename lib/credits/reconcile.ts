import { type Account, cellsOf, countAt, hot } from '../accounts/account.ts';
import type { LedgerHead, Movement } from './ledger.ts';

/** What one account has by one count, and by another. */
export interface Drift {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** The lines of a ledger, added up in their order. */
export interface LedgerSum {
  /** Purchased credits that came or were taken back, without spending. */
  readonly granted: number;
  /** Purchased credits of all lines together, spending included. */
  readonly purchased: number;
  /** Included credits after the newest line; absent before the first, which begins with what its plan includes. */
  readonly included?: number;
  /** Lines whose balance is not the one before and what they moved. */
  readonly broken: number;
}

export const EMPTY_SUM: LedgerSum = { granted: 0, purchased: 0, broken: 0 };

/** A ledger's sum with its next line. */
export function withLine(sum: LedgerSum, { kind, included, purchased, balance }: Movement): LedgerSum {
  const before = sum.included ?? balance.included - included;
  const after = { included: before + included, purchased: sum.purchased + purchased };
  const isWhole = balance.included === after.included && balance.purchased === after.purchased;
  return {
    granted: sum.granted + (kind === 'spend' ? 0 : purchased),
    ...after,
    broken: sum.broken + (isWhole ? 0 : 1),
  };
}

/** What must be the same. Without a ledger there are no purchased credits: none came. */
function pairs(account: Account, head: LedgerHead | undefined, sum: LedgerSum): Drift[] {
  const left = countAt(account, hot.purchasedCredits);
  const spent = countAt(account, hot.purchasedSpent);
  const leftOfAll: Drift = { what: 'purchased credits left', expected: sum.granted - spent, found: left };
  if (!head) return [leftOfAll];
  const { included = head.balance.included } = sum;
  return [
    leftOfAll,
    { what: "the ledger's balance", expected: sum.purchased, found: head.balance.purchased },
    { what: "the ledger's balance of included credits", expected: included, found: head.balance.included },
    {
      what: 'purchased credits spent, in the ledger',
      expected: sum.granted - head.balance.purchased,
      found: head.purchasedSpent,
    },
    { what: 'lines that do not follow from those before', expected: 0, found: sum.broken },
  ];
}

/** Counters that are below 0, which no call and no refund leaves them. */
const negatives = (account: Account): Drift[] =>
  [
    { name: hot.purchasedCredits, what: 'purchased credits left, at least' },
    { name: hot.purchasedSpent, what: 'purchased credits spent, at least' },
    ...cellsOf(account, hot.includedSpent).map(({ name }) => ({ name, what: 'included credits spent, at least' })),
  ].flatMap(({ name, what }) => {
    const found = countAt(account, name);
    return found < 0 ? [{ what, expected: 0, found }] : [];
  });

/**
 * Compares an account's counters with its ledger: what came must be what is left and what was spent, each line must follow
 * from the one before, and the ledger's own balance from its lines.
 */
export const driftsOf = (account: Account, head: LedgerHead | undefined, sum: LedgerSum): Drift[] => [
  ...pairs(account, head, sum).filter(({ expected, found }) => expected !== found),
  ...negatives(account),
];
