import { describe, expect, test } from 'vitest';
import { hot } from '../../lib/accounts/account.ts';
import { readBilling } from '../../lib/billing/billing.store.ts';
import { openCheckout } from '../../lib/billing/checkout.store.ts';
import { UnsignedNotice, WrongPayment } from '../../lib/billing/provider.ts';
import type { Intent } from '../../local/payments/ledger.ts';
import type { SignedNotice } from '../../local/payments/server.ts';
import { setHot } from '../support/hot-item.ts';
import { eventsOf, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';
import { kindsOf, openTill, purchased, typesOf } from '../support/till.ts';

const till = openTill();

describe('a notice', () => {
  test.each<[string, (notice: SignedNotice) => SignedNotice]>([
    ['with a wrong signature', (notice) => ({ ...notice, signature: notice.signature.replace(/v1=./, 'v1=z') })],
    ['with no signature', (notice) => ({ ...notice, signature: '' })],
    ['whose body was changed', ({ body, signature }) => ({ body: body.replace('pi_', 'pj_'), signature })],
    ['of another time', () => till.payments.sign('payment_intent.succeeded', { id: 'pi_1' }, NOW / 1_000 - 301)],
  ])('%s is not believed', (_, forge) => {
    const notice = till.payments.sign('payment_intent.succeeded', { id: 'pi_1' });
    expect(() => till.provider.noticeOf(forge(notice).body, forge(notice).signature)).toThrow(UnsignedNotice);
  });

  test('of a type that is not known is about nothing', () => {
    const { body, signature } = till.payments.sign('customer.created', { id: 'cus_1' });
    expect(till.provider.noticeOf(body, signature)).toBeUndefined();
  });
});

describeOnAnEngine('a payment', (store) => {
  test('becomes credits, with a line and an event', async () => {
    const db = store.connect();
    const email = newUser();
    const { id } = await till.buy(db, email);
    expect(await purchased(db, email)).toBe(10_000);
    expect(await kindsOf(db, email)).toEqual([['purchase', 10_000]]);
    const events = await eventsOf(store, email);
    expect(events).toMatchObject([
      {
        type: 'credits.purchased',
        details: { paymentId: id, amount: 10_000, pack: 'small', price: { amount: 900, currency: 'usd' } },
      },
    ]);
  });

  test.each([
    ['amount', { amount_total: 901 }],
    ['currency', { currency: 'eur' }],
  ])('whose notice is of another %s than was ordered is refused', async (_, fields) => {
    const session = await till.checkout(store.connect(), newUser());
    const { body, signature } = till.payments.sign('checkout.session.completed', { ...session, ...fields });
    expect(() => till.provider.noticeOf(body, signature)).toThrow(WrongPayment);
  });

  test('of another amount than was ordered is refused, and nothing is written', async () => {
    const db = store.connect();
    const email = newUser();
    const session = await till.checkout(db, email);
    const intent = till.payments.ledger.intentOf(session);
    till.payments.ledger.intents.set(intent.id, { ...intent, amount: 899 });
    till.payments.ledger.succeed(till.payments.ledger.intents.get(intent.id) as Intent);
    const before = await store.dump();
    await expect(till.take(db, till.payments.sign('payment_intent.succeeded', { id: intent.id }))).rejects.toThrow(
      WrongPayment,
    );
    expect(await store.dump()).toEqual(before);
  });

  test('can be made also by who is no customer there any more', async () => {
    const db = store.connect();
    const email = newUser();
    const order = { orderId: `${email} 1`, email, pack: 'small', credits: 10_000, amount: 900, currency: 'usd' };
    const options = { returnUrl: 'http://localhost/credits', saveMethod: true, customer: 'cus_deleted' };
    const { url } = await openCheckout(db, till.provider, order, options, NOW);
    const session = till.payments.ledger.sessions.get(url.split('/').at(-1) ?? '') ?? expect.fail();
    till.payments.pay(session);
    await till.takeAll(db);
    expect(await purchased(db, email)).toBe(10_000);
    expect((await readBilling(db, email)).method?.customer).toMatch(/^cus_local/);
  });

  test('of others in the same Stripe account is none of ours', async () => {
    const db = store.connect();
    const intent = till.payments.ledger.openIntent({
      amount: 5,
      currency: 'usd',
      customer: null,
      metadata: {},
      setup_future_usage: null,
    });
    const before = await store.dump();
    expect(await till.take(db, till.payments.sign('payment_intent.succeeded', { id: intent.id }))).toEqual({
      kind: 'not_ours',
    });
    expect(await store.dump()).toEqual(before);
  });

  test('that is under way gives nothing yet, and if it fails its owner hears of it once', async () => {
    const db = store.connect();
    const email = newUser();
    const session = await till.checkout(db, email);
    const intent = till.payments.ledger.intentOf(session);
    intent.status = 'processing';
    await till.take(db, till.payments.sign('checkout.session.completed', session));
    till.payments.ledger.fail(intent);
    const failed = till.payments.sign('checkout.session.async_payment_failed', session);
    for (let time = 0; time < 3; time++) await till.take(db, failed);
    expect(await purchased(db, email)).toBe(0);
    expect(await typesOf(store, email)).toEqual(['payment.failed']);
  });

  test('that is refunded in part, disputed and won comes to what was kept', async () => {
    const db = store.connect();
    const email = newUser();
    const intent = await till.buy(db, email);
    till.payments.refund(intent, 90);
    const dispute = till.payments.dispute(intent, 810);
    await till.takeAll(db);
    expect(await purchased(db, email)).toBe(0);
    till.payments.closeDispute(dispute, 'won');
    await till.takeAll(db);
    expect(await purchased(db, email)).toBe(9_000);
  });

  test('takes back no more than there is', async () => {
    const db = store.connect();
    const email = newUser();
    const intent = await till.buy(db, email);
    await setHot(db, email, { [hot.purchasedCredits]: 400, [hot.purchasedSpent]: 9_600 });
    till.payments.refund(intent, 900);
    await till.takeAll(db);
    expect(await purchased(db, email)).toBe(0);
    expect(await kindsOf(db, email)).toEqual([
      ['purchase', 10_000],
      ['spend', -9_600],
      ['reversal', -400],
    ]);
  });
});
