import { type Account, cell, countAt, hot } from '../accounts/account.ts';
import type { Plan } from '../accounts/plans.ts';
import { type CreditBalance, spentThisMonth } from '../metering/credits.ts';
import { periodIndex } from '../metering/periods.ts';

/** What moves credits. */
export const ENTRY_KINDS = [
  'opening',
  'grant',
  'take_back',
  'purchase',
  'reversal',
  'reinstatement',
  'reset',
  'allowance',
  'spend',
] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One line of the ledger: what moved, and what there was afterwards. Lines are only ever added. */
export interface Movement {
  readonly kind: EntryKind;
  /** Added to each balance; negative where it was taken. */
  readonly included: number;
  readonly purchased: number;
  readonly balance: CreditBalance;
}

/** Where the ledger stands: its balance, and how much of the hot item's counters is in it. */
export interface LedgerHead {
  readonly balance: CreditBalance;
  /** The month of which included credits were counted last, by its number. */
  readonly month: number;
  readonly includedSpent: number;
  readonly purchasedSpent: number;
  /** The moment in the id of the newest line, in milliseconds since the epoch. */
  readonly lastAt: number;
}

const monthOf = (now: number): number => periodIndex('month', now);

/** The ledger of an account that has none yet. */
export const emptyLedger = (plan: Plan, now: number): LedgerHead => ({
  balance: { included: plan.includedCredits, purchased: 0 },
  month: monthOf(now),
  includedSpent: 0,
  purchasedSpent: 0,
  lastAt: 0,
});

/** Adds lines to a ledger one after the other; a line that moves nothing is none. */
function ledgerFrom({ balance }: LedgerHead) {
  let now = balance;
  const movements: Movement[] = [];
  const move = (kind: EntryKind, included: number, purchased: number): void => {
    if (included === 0 && purchased === 0) return;
    now = { included: now.included + included, purchased: now.purchased + purchased };
    movements.push({ kind, included, purchased, balance: now });
  };
  /** More than the ledger knew of was there if a plan with more had come in between. */
  const spend = (included: number, purchased: number): void => {
    move('allowance', Math.max(0, included - now.included), 0);
    move('spend', -included, -purchased);
  };
  return { move, spend, movements, balance: () => now };
}

/**
 * Brings a ledger up to an account as it was read: what was spent since, the reset of a new month, and an allowance that is
 * another because the plan is. Afterwards its balance is the account's.
 *
 * Calls may go on meanwhile: what they spend is in the next lines, as counters only tell what the ledger has seen of them.
 */
export function settle(
  head: LedgerHead,
  account: Account,
  plan: Plan,
  now: number,
): { head: LedgerHead; movements: Movement[] } {
  const month = monthOf(now);
  const includedSpent = countAt(account, spentThisMonth(now));
  const purchasedSpent = countAt(account, hot.purchasedSpent);
  const ledger = ledgerFrom(head);
  const isSameMonth = head.month >= month;
  const spentThen = isSameMonth ? includedSpent : countAt(account, cell(hot.includedSpent, head.month));
  // A counter of a month before the last is cleared: nothing was spent since that the ledger has not seen.
  const spentSince = isSameMonth ? spentThen - head.includedSpent : Math.max(0, spentThen - head.includedSpent);
  ledger.spend(spentSince, purchasedSpent - head.purchasedSpent);
  if (!isSameMonth) {
    ledger.move('reset', plan.includedCredits - ledger.balance().included, 0);
    ledger.spend(includedSpent, 0);
  }
  const included = Math.max(0, plan.includedCredits - includedSpent);
  ledger.move('allowance', included - ledger.balance().included, 0);
  return {
    head: { ...head, balance: ledger.balance(), month: Math.max(month, head.month), includedSpent, purchasedSpent },
    movements: ledger.movements,
  };
}
