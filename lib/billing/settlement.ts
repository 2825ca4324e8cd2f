import type { EntryKind } from '../credits/ledger.ts';
import type { PaymentState } from './provider.ts';

/** How much of a payment is in the ledger already. */
export interface Purchase {
  readonly credits: number;
  /** Credits that are to go back for what was refunded or disputed. */
  readonly due: number;
  /** Credits that did go back: fewer where they were spent by then. */
  readonly taken: number;
}

/** One movement of purchased credits. */
export interface CreditMove {
  readonly kind: EntryKind;
  /** Negative where it is taken. */
  readonly amount: number;
}

/** What a payment still asks for. */
export interface Settlement {
  readonly purchase: Purchase;
  readonly move?: CreditMove;
}

const NEW: Purchase = { credits: 0, due: 0, taken: 0 };

/**
 * What brings an account to where a payment is now, from where its ledger has it: credits for what was paid, back for what went
 * back. It depends on both states alone, so notices may be lost, repeated and reordered. A balance is never taken below 0,
 * and what could not be taken is not asked for later.
 *
 * @param left the account's purchased credits.
 * @returns `undefined` if nothing is asked for.
 */
export function settlement(
  before: Purchase | undefined,
  { status, order, amount, reversed }: PaymentState,
  left: number,
): Settlement | undefined {
  if (status !== 'paid') return undefined;
  // Rounded in the buyer's favour; all of it for all of it.
  const due = amount === 0 ? 0 : Math.floor((order.credits * reversed) / amount);
  const { credits, taken } = before ?? NEW;
  if (!before) {
    const purchase = { credits: order.credits, due, taken: due };
    return { purchase, ...(due < order.credits && { move: { kind: 'purchase', amount: order.credits - due } }) };
  }
  if (due === before.due) return undefined;
  if (due > before.due) {
    const amountTaken = Math.min(left, due - before.due);
    const purchase = { credits, due, taken: taken + amountTaken };
    return { purchase, ...(amountTaken > 0 && { move: { kind: 'reversal', amount: -amountTaken } }) };
  }
  const kept = Math.min(taken, due);
  const purchase = { credits, due, taken: kept };
  return { purchase, ...(taken > kept && { move: { kind: 'reinstatement', amount: taken - kept } }) };
}
