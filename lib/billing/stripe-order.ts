import type Stripe from 'stripe';
import { normalizeEmail } from '../accounts/email.ts';
import { type Order, WrongPayment } from './provider.ts';

/** What marks payments of this service among others of the same Stripe account. */
export const OURS = 'sensei-keys';

/** Which payment each type of notice is about. */
const PAYMENT_OF: Readonly<Record<string, (object: never) => string | null | { id: string } | undefined>> = {
  'checkout.session.completed': paymentOfSession,
  'checkout.session.async_payment_succeeded': paymentOfSession,
  'checkout.session.async_payment_failed': paymentOfSession,
  'payment_intent.succeeded': ({ id }: Stripe.PaymentIntent) => id,
  'payment_intent.payment_failed': ({ id }: Stripe.PaymentIntent) => id,
  'charge.refunded': ({ payment_intent }: Stripe.Charge) => payment_intent,
  'refund.failed': ({ payment_intent }: Stripe.Refund) => payment_intent,
  'charge.dispute.created': ({ payment_intent }: Stripe.Dispute) => payment_intent,
  'charge.dispute.funds_withdrawn': ({ payment_intent }: Stripe.Dispute) => payment_intent,
  'charge.dispute.funds_reinstated': ({ payment_intent }: Stripe.Dispute) => payment_intent,
  'charge.dispute.closed': ({ payment_intent }: Stripe.Dispute) => payment_intent,
};

function paymentOfSession(session: Stripe.Checkout.Session): Stripe.Checkout.Session['payment_intent'] {
  const order = orderOf(session.metadata);
  if (!order) return null;
  refuseUnlessOrdered(order, session.amount_total, session.currency);
  return session.payment_intent;
}

/** @throws WrongPayment if what is paid is not what was ordered. */
export function refuseUnlessOrdered(
  { amount, currency }: Order,
  given: number | null,
  givenCurrency: string | null,
): void {
  if (given === amount && givenCurrency === currency) return;
  throw new WrongPayment(`the payment is of ${given} ${givenCurrency}; its order is of ${amount} ${currency}`);
}

/** What a payment says of its order. */
export const metadataOf = ({
  orderId,
  email,
  pack,
  credits,
  amount,
  currency,
  topUpId,
}: Order): Record<string, string> => ({
  service: OURS,
  orderId,
  email,
  pack,
  credits: String(credits),
  amount: String(amount),
  currency,
  ...(topUpId !== undefined && { topUpId }),
});

/** The order of a payment; `undefined` if it is none of this service's. */
export function orderOf(metadata: Stripe.Metadata | null): Order | undefined {
  const { service, orderId = '', email: address, pack = '', credits, amount, currency = '', topUpId } = metadata ?? {};
  const email = normalizeEmail(address ?? '');
  if (service !== OURS || !email) return undefined;
  return { orderId, email, pack, credits: Number(credits), amount: Number(amount), currency, topUpId };
}

/** The id of what is named, or is there whole. */
export const idOf = (reference: string | { id: string } | null | undefined): string | undefined =>
  (typeof reference === 'object' ? reference?.id : reference) ?? undefined;

/** The id of the payment that a notice is about, if it is about one of ours. */
export const paymentOf = ({ type, data }: Stripe.Event): string | undefined =>
  idOf(PAYMENT_OF[type]?.(data.object as never));
