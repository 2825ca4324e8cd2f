import type { CreditBalance } from '../metering/credits.ts';
import type { LedgerEntry } from './credits.store.ts';

/** A balance as people see it. */
export const viewBalance = ({ included, purchased }: CreditBalance) => ({
  included,
  purchased,
  total: included + purchased,
});

/** A line of the ledger as people see it. */
export const viewEntry = ({ entryId, kind, included, purchased, balance, occurredAt, actor, reason }: LedgerEntry) => ({
  entryId,
  kind,
  amount: included + purchased,
  included,
  purchased,
  balance: viewBalance(balance),
  at: new Date(occurredAt).toISOString(),
  actor,
  reason,
});
