import Stripe from 'stripe';
import { normalizeEmail } from '../accounts/email.ts';
import {
  type ChargeOutcome,
  type Notice,
  type Order,
  type PaymentProvider,
  type PaymentState,
  type SavedMethod,
  UnsignedNotice,
  WrongPayment,
} from './provider.ts';

/** How Stripe is reached. */
export interface StripeOptions {
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Where its API is. @default - Stripe's own */
  readonly url?: string | undefined;
}

/** What marks payments of this service among others of the same Stripe account. */
const OURS = 'sensei-keys';
const TIMEOUT_MS = 4_000;

/** Disputes that have taken the money, at least for now. */
const TAKEN: ReadonlySet<string> = new Set(['needs_response', 'under_review', 'lost']);

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

function refuseUnlessOrdered({ amount, currency }: Order, given: number | null, givenCurrency: string | null): void {
  if (given === amount && givenCurrency === currency) return;
  throw new WrongPayment(`the payment is of ${given} ${givenCurrency}; its order is of ${amount} ${currency}`);
}

const metadataOf = ({ orderId, email, pack, credits, amount, currency, topUpId }: Order): Record<string, string> => ({
  service: OURS,
  orderId,
  email,
  pack,
  credits: String(credits),
  amount: String(amount),
  currency,
  ...(topUpId !== undefined && { topUpId }),
});

function orderOf(metadata: Stripe.Metadata | null): Order | undefined {
  const { service, orderId = '', email: address, pack = '', credits, amount, currency = '', topUpId } = metadata ?? {};
  const email = normalizeEmail(address ?? '');
  if (service !== OURS || !email) return undefined;
  return { orderId, email, pack, credits: Number(credits), amount: Number(amount), currency, topUpId };
}

const idOf = (reference: string | { id: string } | null | undefined): string | undefined =>
  (typeof reference === 'object' ? reference?.id : reference) ?? undefined;

const STATUSES: Readonly<Record<string, PaymentState['status']>> = {
  succeeded: 'paid',
  requires_payment_method: 'failed',
  canceled: 'failed',
};

/** A payment is charged again only if its owner agreed to that when paying. */
function savedMethod({ setup_future_usage, customer, payment_method }: Stripe.PaymentIntent): SavedMethod | undefined {
  const owner = idOf(customer);
  if (setup_future_usage !== 'off_session' || !owner) return undefined;
  if (payment_method === null || typeof payment_method !== 'object') return undefined;
  const { id, type, card } = payment_method;
  return { customer: owner, id, brand: card?.brand ?? type, last4: card?.last4 ?? '' };
}

/** A customer may have been deleted at Stripe since. */
const isNoCustomer = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError &&
  error.code === 'resource_missing' &&
  error.param === 'customer';

/** Takes payments by Stripe: its Checkout pages, and off-session charges of methods that were saved there. */
export function stripeProvider({ apiKey, webhookSecret, url }: StripeOptions): PaymentProvider {
  const at = url === undefined ? undefined : new URL(url);
  const stripe = new Stripe(apiKey, {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: OURS },
    ...(at && { host: at.hostname, port: at.port, protocol: at.protocol === 'http:' ? 'http' : 'https' }),
  });

  async function disputed(paymentId: string): Promise<number> {
    const { data } = await stripe.disputes.list({ payment_intent: paymentId, limit: 100 });
    return data.filter(({ status }) => TAKEN.has(status)).reduce((sum, { amount }) => sum + amount, 0);
  }

  return {
    async checkout(order, { returnUrl, saveMethod, customer }) {
      const metadata = metadataOf(order);
      const back = (outcome: string): string => {
        const page = new URL(returnUrl);
        page.searchParams.set('checkout', outcome);
        return page.href;
      };
      const fields: Stripe.Checkout.SessionCreateParams = {
        mode: 'payment',
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: order.currency,
              unit_amount: order.amount,
              product_data: { name: `${order.credits.toLocaleString('en')} API credits` },
            },
          },
        ],
        metadata,
        payment_intent_data: { metadata, ...(saveMethod && { setup_future_usage: 'off_session' }) },
        success_url: back('success'),
        cancel_url: back('cancelled'),
      };
      const make = (buyer: Stripe.Checkout.SessionCreateParams) =>
        stripe.checkout.sessions.create({ ...fields, ...buyer });
      const makeForNew = () =>
        make({ customer_email: order.email, ...(saveMethod && { customer_creation: 'always' as const }) });
      const session = await (customer === undefined
        ? makeForNew()
        : make({ customer }).catch((error) => (isNoCustomer(error) ? makeForNew() : Promise.reject(error))));
      if (!session.url) throw new Error(`the checkout session ${session.id} has no page`);
      return { url: session.url };
    },

    noticeOf(body, signature): Notice | undefined {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(body, signature, webhookSecret);
      } catch (cause) {
        throw new UnsignedNotice('the notice does not bear a signature of now for what it says', { cause });
      }
      const paymentId = idOf(PAYMENT_OF[event.type]?.(event.data.object as never));
      if (paymentId === undefined) return undefined;
      return { paymentId, hasFailed: event.type === 'checkout.session.async_payment_failed' };
    },

    async read(paymentId): Promise<PaymentState | undefined> {
      const expand = ['latest_charge', 'payment_method'];
      const intent = await stripe.paymentIntents.retrieve(paymentId, { expand });
      const order = orderOf(intent.metadata);
      if (!order) return undefined;
      const { amount, currency, status, latest_charge, last_payment_error } = intent;
      refuseUnlessOrdered(order, amount, currency);
      const charge = typeof latest_charge === 'object' ? latest_charge : null;
      const taken = charge?.disputed ? await disputed(paymentId) : 0;
      const method = savedMethod(intent);
      const failure = last_payment_error?.decline_code ?? last_payment_error?.code;
      return {
        paymentId,
        order,
        status: STATUSES[status] ?? 'pending',
        amount,
        currency,
        reversed: Math.min(amount, (charge?.amount_refunded ?? 0) + taken),
        ...(method && { method }),
        ...(failure && { failure }),
      };
    },

    async charge(order, { customer, id }): Promise<ChargeOutcome> {
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: order.amount,
            currency: order.currency,
            customer,
            payment_method: id,
            off_session: true,
            confirm: true,
            metadata: metadataOf(order),
          },
          { idempotencyKey: order.topUpId },
        );
        return { kind: 'charged', paymentId: intent.id };
      } catch (error) {
        const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
        // What no repeat would mend; whatever else went wrong may not have, and is tried again.
        if (error instanceof StripeCardError || error instanceof StripeInvalidRequestError) {
          return { kind: 'refused', reason: error.decline_code ?? error.code ?? 'invalid_request' };
        }
        throw error;
      }
    },
  };
}
