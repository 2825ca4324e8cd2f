import Stripe from 'stripe';
import {
  type ChargeOutcome,
  type Notice,
  type PaymentProvider,
  type PaymentState,
  type SavedMethod,
  UnsignedNotice,
} from './provider.ts';
import { idOf, metadataOf, OURS, orderOf, paymentOf, refuseUnlessOrdered } from './stripe-order.ts';

/** How Stripe is reached. */
export interface StripeOptions {
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Where its API is. @default - Stripe's own */
  readonly url?: string | undefined;
}

const TIMEOUT_MS = 4_000;

/** Disputes that have taken the money, at least for now. */
const TAKEN: ReadonlySet<string> = new Set(['needs_response', 'under_review', 'lost']);

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
      const paymentId = paymentOf(event);
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
