import { ulid } from 'ulid';
import { countAt, hot } from '../accounts/account.ts';
import { type Change, type ChangeContext, changeAccount } from '../accounts/change.store.ts';
import { movePurchased } from '../credits/credits.store.ts';
import type { EntryKind } from '../credits/ledger.ts';
import { type AuditEvent, type EventType, SYSTEM } from '../events/event.ts';
import { writeOnce } from '../events/once.store.ts';
import type { Database } from '../store/database.ts';
import { type Billing, billingItem, purchaseItem, readBilling, readPurchase } from './billing.store.ts';
import type { Notice, PaymentProvider, PaymentState } from './provider.ts';
import { type Settlement, settlement } from './settlement.ts';
import { endOpenTopUp } from './top-up.ts';

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

/** A failed payment is told of once, for as long as its notice can come again. */
const FAILED_SECONDS = 60 * 86_400;

/**
 * Brings an account to where a payment is now. The payment is read after the account, and what is written holds only if the
 * account has not been changed since: so the last state that is written is never older than one written before, and each
 * payment's credits come once, however often, in whatever order and by however many at once this is called.
 *
 * @param at milliseconds since the epoch.
 * @returns false if the provider has no such payment of ours.
 * @throws WrongPayment if the payment is not what was ordered; ChangeConflict if the account kept changing.
 */
export async function settlePayment(
  db: Database,
  provider: PaymentProvider,
  { paymentId, hasFailed }: Notice,
  at: number,
): Promise<boolean> {
  const first = await provider.read(paymentId);
  if (!first) return false;
  const { email } = first.order;
  const context: ChangeContext = { email, actor: SYSTEM, at };
  await changeAccount(db, context, async (state) => {
    const payment = await provider.read(paymentId);
    if (!payment) return { result: undefined };
    const before = await readPurchase(db, email, paymentId);
    const settled = settlement(before, payment, countAt(state.account, hot.purchasedCredits));
    const billing = await readBilling(db, email);
    const paid = billingAfter(billing, payment);
    const end = endOpenTopUp(paid, payment);
    if (!settled && paid === billing && !end) return { result: undefined };

    const after = end?.billing ?? paid;
    const also = after === billing ? [] : [billingItem(db, email, after)];
    const events: AuditEvent[] = end ? [...end.events] : [];
    const change: Change = { keys: [], events, ...(end?.isOff && { remove: [hot.topUpAt] }) };
    if (!settled) return { change: { ...change, also }, result: undefined };
    also.push(purchaseItem(db, email, paymentId, settled.purchase));
    if (!settled.move) return { change: { ...change, also }, result: undefined };
    const { kind, amount } = settled.move;
    const reason = `${payment.order.pack}, payment ${paymentId}: ${REASON_OF[kind]}`;
    const moved = await movePurchased(db, context, state, { kind, amount, actor: '', reason });
    events.push(eventOf(payment, settled, moved.changes));
    return { change: { ...change, add: moved.add, also: [...also, ...moved.also] }, result: undefined };
  });
  if (hasFailed) await tellFailure(db, first, at);
  return true;
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
