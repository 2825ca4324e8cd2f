import { ulid } from 'ulid';
import { afterAll, beforeAll } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { openCheckout } from '../../lib/billing/checkout.store.ts';
import type { PaymentProvider } from '../../lib/billing/provider.ts';
import { type Settling, settlePayment } from '../../lib/billing/settle.store.ts';
import { stripeProvider } from '../../lib/billing/stripe.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Intent, Session } from '../../local/payments/ledger.ts';
import { type Payments, type SignedNotice, startPayments } from '../../local/payments/server.ts';
import { eventsOf } from './keys.ts';
import { linesOf } from './ledger.ts';
import { NOW } from './records.ts';
import type { Store } from './store.ts';

const PACK = { pack: 'small', credits: 10_000, amount: 900, currency: 'usd' };

/** The played provider of a file's tests, and what the service does with what it tells. */
export interface Till {
  readonly payments: Payments;
  readonly provider: PaymentProvider;
  /** What the provider has told since it was last asked. */
  newNotices(): SignedNotice[];
  /** Opens a checkout of the small pack, as the handler does. */
  checkout(db: Database, email: Email, saveMethod?: boolean): Promise<Session>;
  /** What the webhook does with a notice. */
  take(db: Database, notice: SignedNotice): Promise<Settling | undefined>;
  /** The same with all that the provider has told. */
  takeAll(db: Database): Promise<void>;
  /** A pack that was paid, and taken by the webhook. */
  buy(db: Database, email: Email, saveMethod?: boolean): Promise<Intent>;
}

/** Starts the provider before a file's tests, and ends it after them. */
export function openTill(): Till {
  let payments: Payments;
  let provider: PaymentProvider;
  let notices: SignedNotice[] = [];
  beforeAll(async () => {
    payments = await startPayments({ onNotice: (notice) => notices.push(notice) });
    provider = stripeProvider({ apiKey: 'sk_test_local', webhookSecret: 'whsec_local', url: payments.url });
  });
  afterAll(() => payments.close());

  const till: Till = {
    get payments() {
      return payments;
    },
    get provider() {
      return provider;
    },
    newNotices() {
      const told = notices;
      notices = [];
      return told;
    },
    async checkout(db, email, saveMethod = false) {
      const order = { orderId: ulid(NOW), email, ...PACK };
      const options = { returnUrl: 'http://localhost/credits', saveMethod };
      const { url } = await openCheckout(db, provider, order, options, NOW);
      const session = payments.ledger.sessions.get(url.split('/').at(-1) ?? '');
      if (!session) throw new Error(`no session at ${url}`);
      return session;
    },
    async take(db, { body, signature }) {
      const notice = provider.noticeOf(body, signature);
      return notice && settlePayment(db, provider, notice, NOW);
    },
    async takeAll(db) {
      for (const notice of till.newNotices()) await till.take(db, notice);
    },
    async buy(db, email, saveMethod = false) {
      const intent = payments.pay(await till.checkout(db, email, saveMethod));
      await till.takeAll(db);
      return intent;
    },
  };
  return till;
}

/** The purchased credits that an account has left. */
export const purchased = async (db: Database, email: Email): Promise<number> =>
  countAt(await readAccount(db, email), hot.purchasedCredits);

/** What moved an account's purchased credits, oldest first. */
export const kindsOf = async (db: Database, email: Email): Promise<[string, number][]> =>
  (await linesOf(db, email)).map(({ kind, purchased: amount }) => [kind, amount]);

/** The types of an account's events, oldest first. */
export const typesOf = async (store: Store, email: Email) => (await eventsOf(store, email)).map(({ type }) => type);
