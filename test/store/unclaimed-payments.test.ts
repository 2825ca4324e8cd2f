import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { paidItem, readOrder } from '../../lib/billing/orders.store.ts';
import { type PaymentProvider, WrongPayment } from '../../lib/billing/provider.ts';
import { setTopUp, topUp } from '../../lib/billing/top-up.store.ts';
import { erase } from '../../lib/erasure/erase.store.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Intent, Session } from '../../local/payments/ledger.ts';
import type { SignedNotice } from '../../local/payments/server.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';
import { kindsOf, openTill, purchased } from '../support/till.ts';

const till = openTill();

describeOnAnEngine('a payment whose account was erased', (store) => {
  const db = store.connect();
  const forget = async (email: Email) => expect((await erase(store.connect(), contextOf(email))).isClean).toBe(true);

  const unclaimed = (intent: Intent, kept: number) => ({
    kind: 'unclaimed',
    paymentId: intent.id,
    kept,
    currency: 'usd',
  });

  /** Takes notices, none of which may write anything. */
  async function takeInVain(notices: readonly SignedNotice[]): Promise<unknown[]> {
    const before = await store.dump();
    const answers: unknown[] = [];
    for (const notice of notices) answers.push(await till.take(db, notice));
    expect(await store.dump()).toEqual(before);
    return answers;
  }

  test.each(['account', 'first purchase'])('since its checkout writes nothing, of an %s', async (kind) => {
    const email = newUser();
    if (kind === 'account') await madeKey(db, email);
    const session = await till.checkout(db, email);
    await forget(email);
    const intent = till.payments.pay(session);
    expect(await takeInVain(till.newNotices())).toEqual([unclaimed(intent, 900), unclaimed(intent, 900)]);
    till.payments.refund(intent, 900);
    expect(await takeInVain(till.newNotices())).toEqual([unclaimed(intent, 0)]);
  });

  test('and failed after all tells nobody', async () => {
    const email = newUser();
    const session: Session = await till.checkout(db, email);
    await forget(email);
    const intent = till.payments.ledger.intentOf(session);
    till.payments.ledger.fail(intent);
    const failed = till.payments.sign('checkout.session.async_payment_failed', session);
    expect(await takeInVain([failed])).toEqual([unclaimed(intent, 0)]);
  });

  test('after it was credited is not credited anew to an account that the same person began since', async () => {
    const email = newUser();
    const intent = await till.buy(db, email);
    await forget(email);
    await madeKey(db, email);
    till.payments.refund(intent, 90);
    const dispute = till.payments.dispute(intent, 810);
    till.payments.closeDispute(dispute, 'won');
    expect(await takeInVain(till.newNotices())).toEqual(Array(3).fill(unclaimed(intent, 810)));
    const next = await till.buy(db, email);
    expect(next.id).not.toBe(intent.id);
    expect(await purchased(db, email)).toBe(10_000);
  });

  test.each(['account', 'first purchase'])('while it was being written leaves nothing, of an %s', async (kind) => {
    const email = newUser();
    if (kind === 'account') await madeKey(db, email);
    till.payments.pay(await till.checkout(db, email));
    const [notice = expect.fail()] = till.newNotices();
    let isErased = false;
    const racing = store.connect(async (command, proceed) => {
      if (command === 'TransactWriteItems' || command === 'TransactWrite') {
        if (!isErased) await forget(email);
        isErased = true;
      }
      return proceed();
    });
    expect(await till.take(racing, notice)).toMatchObject({ kind: 'unclaimed', kept: 900 });
    expect(isErased).toBe(true);
    expect(Object.keys(await store.dump()).filter((name) => name.startsWith(`${email} `))).toEqual([]);
  });

  test('while its top-up was being charged is told of as well', async () => {
    const email = newUser();
    await till.buy(db, email, true);
    const settings = { threshold: 500, pack: 'small', monthlyCap: 900 };
    expect((await setTopUp(db, contextOf(email), settings)).kind).toBe('changed');
    await setHot(db, email, { [spentThisMonth(NOW)]: 10_000, c: 0, x: 10_000 });
    const provider: PaymentProvider = {
      ...till.provider,
      charge: async (...given) => {
        const outcome = await till.provider.charge(...given);
        await forget(email);
        return outcome;
      },
    };
    const settling = await topUp(db, provider, { email, id: `${email} due` }, NOW);
    expect(settling).toMatchObject({ kind: 'unclaimed', kept: 900, currency: 'usd' });
    expect(Object.keys(await store.dump()).filter((name) => name.startsWith(`${email} `))).toEqual([]);
    till.newNotices();
  });
});

describeOnAnEngine('an order', (store) => {
  const orderOf = ({ metadata }: Session, email: Email) => ({ email, orderId: metadata.orderId ?? '' });

  test('is forgotten after 90 days if it is not paid, and kept with its payment', async () => {
    const db: Database = store.connect();
    const email = newUser();
    const session = await till.checkout(db, email);
    const order = orderOf(session, email);
    const itemOf = async () => (await store.dump())[`${email} order#${order.orderId}`];
    expect(await itemOf()).toMatchObject({ deleteAt: (NOW + 90 * 86_400_000) / 1_000 });
    const { id } = till.payments.pay(session);
    await till.takeAll(db);
    expect(await itemOf()).toEqual({
      email,
      record: `order#${order.orderId}`,
      payment: { paymentId: id, credits: 10_000, due: 0, taken: 0 },
    });
  });

  test('is paid once: another payment of it is refused', async () => {
    const db = store.connect();
    const email = newUser();
    const intent = await till.buy(db, email);
    const { amount, currency, metadata } = intent;
    const fields = { amount, currency, metadata, customer: null, setup_future_usage: null };
    const second = till.payments.ledger.openIntent(fields);
    till.payments.ledger.succeed(second);
    await expect(till.take(db, till.payments.sign('payment_intent.succeeded', second))).rejects.toThrow(WrongPayment);
    expect(await kindsOf(db, email)).toEqual([['purchase', 10_000]]);
  });

  test('that is not there is not paid, whatever else is written with it', async () => {
    const db = store.connect();
    const email = newUser();
    const item = paidItem(db, { email, orderId: 'none' }, { paymentId: 'pi_1', credits: 1, due: 0, taken: 0 });
    await expect(db.client.send(new TransactWriteCommand({ TransactItems: [item] }))).rejects.toThrow('cancelled');
    expect(await readOrder(db, { email, orderId: 'none' })).toBeUndefined();
  });
});
