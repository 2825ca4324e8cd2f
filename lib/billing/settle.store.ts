import { ulid } from 'ulid';
import { countAt, hot } from '../accounts/account.ts';
import { type Change, type ChangeContext, changeAccount } from '../accounts/change.store.ts';
import { movePurchased } from '../credits/credits.store.ts';
import type { EntryKind } from '../credits/ledger.ts';
import { type AuditEvent, type EventType, SYSTEM } from '../events/event.ts';
import { writeOnce } from '../events/once.store.ts';
import type { Database } from '../store/database.ts';
import { type Billing, billingItem, readBilling } from './billing.store.ts';
import { paidItem, readOrder, refuseSecond } from './orders.store.ts';
import type { Notice, PaymentProvider, PaymentState } from './provider.ts';
import { type Settlement, settlement } from './settlement.ts';
import { endOpenTopUp, noteUnderWay } from './top-up.ts';

const EVENT_OF: Partial<Record<EntryKind, EventType>> = {
  purchase: 'credits.purchased',
  reversal: 'credits.reversed',
  reinstatement: 'credits.reinstated',
};

const REASON_OF: Partial<Record<EntryKind, string>> = {
  purchase: 'paid',
  reversal: 'refunded or disputed',
  reinstatement: 'dispute won, or refund failed',
};

/** What came of bringing an account to where a payment is. */
export type Settling =
  | { readonly kind: 'settled' }
  /** The provider has no such payment of ours. */
  | { readonly kind: 'not_ours' }
  | Unclaimed;

/** A payment of no order that is there: its account was erased since, and nothing was written. */
export interface Unclaimed {
  readonly kind: 'unclaimed';
  readonly paymentId: string;
  /** How much of it did not go back, in the least unit of the currency. */
  readonly kept: number;
  readonly currency: string;
}

const unclaimed = ({ paymentId, status, amount, reversed, currency }: PaymentState): Unclaimed => ({
  kind: 'unclaimed',
  paymentId,
  kept: status === 'paid' ? amount - reversed : 0,
  currency,
});

const SETTLED: Settling = { kind: 'settled' };

/** A failed payment is told of once, for as long as its notice can come again. */
const FAILED_SECONDS = 60 * 86_400;

/**
 * Brings an account to where a payment is now. The payment is read after the account, and what is written holds only if the
 * account has not been changed since: so the last state that is written is never older than one written before, and each
 * payment's credits come once, however often, in whatever order and by however many at once this is called.
 *
 * @param at milliseconds since the epoch.
 * @throws WrongPayment if the payment is not what was ordered; ChangeConflict if the account kept changing.
 */
export async function settlePayment(
  db: Database,
  provider: PaymentProvider,
  { paymentId, hasFailed }: Notice,
  at: number,
): Promise<Settling> {
  const first = await provider.read(paymentId);
  if (!first) return { kind: 'not_ours' };
  const { email } = first.order;
  const context: ChangeContext = { email, actor: SYSTEM, at };
  const settling = await changeAccount<Settling>(db, context, async (state) => {
    const payment = await provider.read(paymentId);
    if (!payment) return { result: { kind: 'not_ours' } };
    const { order } = payment;
    const placed = await readOrder(db, order);
    if (!placed) return { result: unclaimed(payment) };
    refuseSecond(order.orderId, placed, paymentId);
    const settled = settlement(placed.payment, payment, countAt(state.account, hot.purchasedCredits));
    const billing = await readBilling(db, email);
    const paid = noteUnderWay(billingAfter(billing, payment), payment);
    const end = endOpenTopUp(paid, payment);
    if (!settled && paid === billing && !end) return { result: SETTLED };

    const after = end?.billing ?? paid;
    const also = after === billing ? [] : [billingItem(db, email, after)];
    const events: AuditEvent[] = end ? [...end.events] : [];
    const change: Change = { keys: [], events, ...(end?.isOff && { remove: [hot.topUpAt] }) };
    if (!settled) return { change: { ...change, also }, result: SETTLED };
    also.push(paidItem(db, order, { paymentId, ...settled.purchase }));
    if (!settled.move) return { change: { ...change, also }, result: SETTLED };
    const { kind, amount } = settled.move;
    const reason = `${order.pack}, payment ${paymentId}: ${REASON_OF[kind]}`;
    const moved = await movePurchased(db, context, state, { kind, amount, actor: '', reason });
    events.push(eventOf(payment, settled, moved.changes));
    return { change: { ...change, add: moved.add, also: [...also, ...moved.also] }, result: SETTLED };
  });
  if (hasFailed && settling.kind === 'settled') await tellFailure(db, first, at);
  return settling;
}

function eventOf({ paymentId, order }: PaymentState, { move }: Settlement, changes: AuditEvent['changes']): AuditEvent {
  const { pack, amount: price, currency, topUpId } = order;
  const kind = move?.kind ?? 'purchase';
  return {
    type: EVENT_OF[kind] ?? 'credits.purchased',
    changes,
    details: {
      paymentId,
      amount: Math.abs(move?.amount ?? 0),
      pack,
      price: { amount: price, currency },
      ...(topUpId !== undefined && { topUpId }),
    },
  };
}

/** A method that its owner saved with a payment is the one that is charged from then on. */
function billingAfter(billing: Billing, { status, method }: PaymentState): Billing {
  if (status !== 'paid' || !method || billing.method?.id === method.id) return billing;
  return { ...billing, method };
}

const tellFailure = (db: Database, { paymentId, order, failure }: PaymentState, at: number): Promise<void> =>
  writeOnce(db, {
    email: order.email,
    name: `payment-failed#${paymentId}`,
    forSeconds: FAILED_SECONDS,
    event: { type: 'payment.failed', changes: {}, details: { paymentId, pack: order.pack, reason: failure ?? '' } },
    actor: SYSTEM,
    eventId: ulid(at),
    at,
  });
