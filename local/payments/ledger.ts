import { type FormValue, formValue } from './form.ts';

/** A payment intent, as far as it is played. */
export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly metadata: Record<string, string>;
  readonly setup_future_usage: 'off_session' | null;
  status: 'requires_payment_method' | 'processing' | 'succeeded';
  payment_method: {
    readonly id: string;
    readonly type: 'card';
    readonly card: { brand: string; last4: string };
  } | null;
  last_payment_error: { readonly code: string; readonly decline_code: string } | null;
  latest_charge: Charge | null;
}

export interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly payment_intent: string;
  readonly metadata: Record<string, string>;
  amount_refunded: number;
  disputed: boolean;
}

export interface Session {
  readonly id: string;
  readonly object: 'checkout.session';
  readonly url: string;
  readonly amount_total: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  readonly success_url: string;
  readonly cancel_url: string;
  /** What its payment will be made with. */
  readonly intent: Pick<Intent, 'metadata' | 'customer' | 'setup_future_usage'>;
  readonly description: string;
  payment_intent: string | null;
  payment_status: 'unpaid' | 'paid';
}

export interface Dispute {
  readonly id: string;
  readonly object: 'dispute';
  readonly payment_intent: string;
  readonly amount: number;
  status: 'needs_response' | 'won' | 'lost';
}

/** What a payment that has not been made yet lacks. */
export type IntentOf = Pick<Intent, 'amount' | 'currency' | 'customer' | 'metadata' | 'setup_future_usage'>;

const CARD = { id: 'pm_card_visa', type: 'card', card: { brand: 'visa', last4: '4242' } } as const;

/** Everything that the played Stripe account holds. */
export class Ledger {
  readonly sessions = new Map<string, Session>();
  readonly intents = new Map<string, Intent>();
  readonly disputes = new Map<string, Dispute>();
  readonly customers = new Set<string>();
  private count = 0;

  private nextId(prefix: string): string {
    this.count += 1;
    return `${prefix}_local_${this.count.toString().padStart(6, '0')}`;
  }

  /** Makes a checkout session of what Stripe's API was asked. */
  openSession(form: Record<string, FormValue>, pageUrl: string): Session {
    const id = this.nextId('cs');
    const price = (name: string) => formValue(form, 'line_items', '0', 'price_data', name) ?? '';
    const text = (...path: string[]) => formValue(form, ...path);
    const saves = text('payment_intent_data', 'setup_future_usage') === 'off_session';
    const customer = text('customer') ?? (text('customer_creation') === 'always' ? this.nextId('cus') : null);
    if (customer !== null) this.customers.add(customer);
    const session: Session = {
      id,
      object: 'checkout.session',
      url: `${pageUrl}/${id}`,
      amount_total: Number(price('unit_amount')),
      currency: price('currency'),
      metadata: (form.metadata ?? {}) as Record<string, string>,
      success_url: text('success_url') ?? '',
      cancel_url: text('cancel_url') ?? '',
      intent: {
        metadata: ((form.payment_intent_data as Record<string, FormValue> | undefined)?.metadata ?? {}) as Record<
          string,
          string
        >,
        customer,
        setup_future_usage: saves ? 'off_session' : null,
      },
      description: text('line_items', '0', 'price_data', 'product_data', 'name') ?? '',
      payment_intent: null,
      payment_status: 'unpaid',
    };
    this.sessions.set(id, session);
    return session;
  }

  /** Makes a payment that has not been paid. */
  openIntent(of: IntentOf): Intent {
    const intent: Intent = {
      id: this.nextId('pi'),
      object: 'payment_intent',
      ...of,
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: null,
      latest_charge: null,
    };
    this.intents.set(intent.id, intent);
    return intent;
  }

  /** The payment of a session, made at its first use. */
  intentOf(session: Session): Intent {
    const { amount_total: amount, currency, intent } = session;
    const held = session.payment_intent === null ? undefined : this.intents.get(session.payment_intent);
    const made = held ?? this.openIntent({ amount, currency, ...intent });
    session.payment_intent = made.id;
    return made;
  }

  succeed(intent: Intent): void {
    intent.status = 'succeeded';
    intent.payment_method = CARD;
    intent.last_payment_error = null;
    intent.latest_charge = {
      id: this.nextId('ch'),
      object: 'charge',
      payment_intent: intent.id,
      metadata: intent.metadata,
      amount_refunded: 0,
      disputed: false,
    };
  }

  fail(intent: Intent): void {
    intent.status = 'requires_payment_method';
    intent.last_payment_error = { code: 'card_declined', decline_code: 'generic_decline' };
  }

  dispute(intent: Intent, amount: number): Dispute {
    const id = this.nextId('du');
    const dispute: Dispute = { id, object: 'dispute', payment_intent: intent.id, amount, status: 'needs_response' };
    this.disputes.set(id, dispute);
    if (intent.latest_charge) intent.latest_charge.disputed = true;
    return dispute;
  }
}
