import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import Stripe from 'stripe';
import { listen } from '../gateway/listen.ts';
import { formValue, readForm } from './form.ts';
import { type Dispute, type Intent, Ledger, type Session } from './ledger.ts';
import { paymentPage } from './page.ts';

/** One notice, signed, as it is delivered. */
export interface SignedNotice {
  readonly body: string;
  readonly signature: string;
}

export interface PaymentsOptions {
  /** Port on 127.0.0.1. @default 0, a free one */
  readonly port?: number;
  /** Takes each notice that the played provider sends. */
  readonly onNotice: (notice: SignedNotice) => void;
}

/** The secrets of the played account. */
const SECRET = { apiKey: 'sk_test_local', webhookSecret: 'whsec_local' };

/** A payment provider and its secret, on this machine. */
export interface Payments {
  readonly url: string;
  readonly ledger: Ledger;
  /** What the provider was asked, newest last: `POST /v1/payment_intents`. */
  readonly asked: string[];
  /** Whether saved methods are declined. */
  declines: boolean;
  /** A notice as the provider would sign it, of now or of another time in seconds since the epoch. */
  sign(type: string, object: unknown, timestamp?: number): SignedNotice;
  pay(session: Session): Intent;
  refund(intent: Intent, amount: number): void;
  dispute(intent: Intent, amount?: number): Dispute;
  closeDispute(dispute: Dispute, status: 'won' | 'lost'): void;
  close(): Promise<void>;
}

class Refused extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super('refused');
    this.status = status;
    this.body = body;
  }
}

/** What is named in a path is 404, what is named by a parameter 400. */
const missing = (what: string, status: 400 | 404 = 404) =>
  new Refused(status, {
    error: {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such ${what}`,
      ...(status === 400 && { param: what }),
    },
  });

/**
 * Plays what the service uses of Stripe's API and of Secrets Manager: checkout sessions with a page to pay on, payments,
 * disputes, idempotency keys, signed notices; and the one secret.
 *
 * @see https://docs.stripe.com/api
 */
export async function startPayments({ port = 0, onNotice }: PaymentsOptions): Promise<Payments> {
  const ledger = new Ledger();
  const asked: string[] = [];
  const repeats = new Map<string, { status: number; body: object }>();
  const signer = new Stripe(SECRET.apiKey);
  let events = 0;
  let declines = false;

  const sign = (type: string, object: unknown, timestamp = Math.floor(Date.now() / 1_000)): SignedNotice => {
    events += 1;
    const id = `evt_local_${events}`;
    const body = JSON.stringify({ id, object: 'event', type, created: timestamp, livemode: false, data: { object } });
    const signature = signer.webhooks.generateTestHeaderString({
      payload: body,
      secret: SECRET.webhookSecret,
      timestamp,
    });
    return { body, signature };
  };
  const notify = (type: string, object: unknown): void => onNotice(sign(type, object));

  const pay = (session: Session): Intent => {
    const intent = ledger.intentOf(session);
    if (intent.status === 'succeeded') return intent;
    ledger.succeed(intent);
    session.payment_status = 'paid';
    notify('payment_intent.succeeded', intent);
    notify('checkout.session.completed', session);
    return intent;
  };

  const failLater = (session: Session): void => {
    const intent = ledger.intentOf(session);
    intent.status = 'processing';
    notify('checkout.session.completed', session);
    ledger.fail(intent);
    notify('checkout.session.async_payment_failed', session);
  };

  /** Confirms an off-session payment at once. */
  const charge = (form: ReturnType<typeof readForm>): { status: number; body: object } => {
    const intent = ledger.openIntent({
      amount: Number(form.amount),
      currency: String(form.currency),
      customer: formValue(form, 'customer') ?? null,
      metadata: (form.metadata ?? {}) as Record<string, string>,
      setup_future_usage: null,
    });
    if (!declines) {
      ledger.succeed(intent);
      notify('payment_intent.succeeded', intent);
      return { status: 200, body: intent };
    }
    ledger.fail(intent);
    notify('payment_intent.payment_failed', intent);
    const error = { type: 'card_error', ...intent.last_payment_error, message: 'declined', payment_intent: intent };
    return { status: 402, body: { error } };
  };

  const intentBy = (id = ''): Intent => {
    const intent = ledger.intents.get(id);
    if (!intent) throw missing('payment_intent');
    return intent;
  };

  const answer = (request: IncomingMessage, url: URL, body: string): { status: number; body: object } => {
    const [, , kind, id] = url.pathname.split('/');
    const route = `${request.method} ${url.pathname.replace(/_local_\d+/, '')}`;
    asked.push(route);
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      return { status: 200, body: { Name: 'local', SecretString: JSON.stringify(SECRET) } };
    }
    if (request.headers.authorization !== `Bearer ${SECRET.apiKey}`) {
      throw new Refused(401, { error: { type: 'invalid_request_error', message: 'Invalid API key' } });
    }
    if (route === 'POST /v1/checkout/sessions') {
      const form = readForm(body);
      const customer = formValue(form, 'customer');
      if (customer !== undefined && !ledger.customers.has(customer)) throw missing('customer', 400);
      return { status: 200, body: ledger.openSession(form, `${server.url}/pay`) };
    }
    if (request.method === 'GET' && kind === 'payment_intents') return { status: 200, body: intentBy(id) };
    if (route === 'GET /v1/disputes') {
      const of = url.searchParams.get('payment_intent');
      const data = [...ledger.disputes.values()].filter(({ payment_intent }) => payment_intent === of);
      return { status: 200, body: { object: 'list', data, has_more: false } };
    }
    if (route === 'POST /v1/payment_intents') {
      const repeat = String(request.headers['idempotency-key']);
      const held = repeats.get(repeat) ?? charge(readForm(body));
      repeats.set(repeat, held);
      return held;
    }
    throw missing(route);
  };

  const showPage = (request: IncomingMessage, response: ServerResponse, session: Session, body: string): void => {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(paymentPage(session));
      return;
    }
    const outcome = new URLSearchParams(body).get('outcome');
    if (outcome === 'pay') pay(session);
    if (outcome === 'decline') failLater(session);
    const location = outcome === 'cancel' ? session.cancel_url : session.success_url;
    response.writeHead(303, { location }).end();
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', server.url);
    const body = await text(request);
    const session = ledger.sessions.get(url.pathname.replace('/pay/', ''));
    if (url.pathname.startsWith('/pay/') && session) return showPage(request, response, session, body);
    let result: { status: number; body: object };
    try {
      result = answer(request, url, body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      result = error;
    }
    response.writeHead(result.status, { 'content-type': 'application/json' }).end(JSON.stringify(result.body));
  };

  const server = await listen((request, response) => void handle(request, response), port);
  return {
    url: server.url,
    ledger,
    asked,
    get declines() {
      return declines;
    },
    set declines(value) {
      declines = value;
    },
    sign,
    pay,
    refund(intent, amount) {
      const { latest_charge: charged } = intent;
      if (!charged) throw new Error(`payment ${intent.id} is not paid`);
      charged.amount_refunded += amount;
      notify('charge.refunded', charged);
    },
    dispute(intent, amount = intent.amount) {
      const dispute = ledger.dispute(intent, amount);
      notify('charge.dispute.created', dispute);
      return dispute;
    },
    closeDispute(dispute, status) {
      dispute.status = status;
      notify('charge.dispute.closed', dispute);
    },
    close: () => server.close(),
  };
}
