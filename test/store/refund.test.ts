import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { accountKey, cell, type HotItem, hot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import type { Payment } from '../../lib/metering/payment.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { refund } from '../../lib/metering/refund.store.ts';
import { newContainer } from '../support/container.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines, type Store } from '../support/store.ts';

const MONTH = cell(hot.includedSpent, periodIndex('month', NOW));
const NEXT_MONTH = cell(hot.includedSpent, periodIndex('month', NOW) + 1);

const fault = (name: string): Error => Object.assign(new Error(`made by the test: ${name}`), { name });

describeOnEngines('refund', (store: Store) => {
  const db = store.connect();

  async function set(email: Email, attributes: HotItem): Promise<void> {
    const names = Object.keys(attributes);
    await db.client.send(
      new UpdateCommand({
        TableName: db.tables.userPreferences,
        Key: accountKey(email),
        UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      }),
    );
  }

  /** An account that has spent 8 of its included credits and has 3 purchased ones, and a payment of 2 and 1. */
  async function paid(): Promise<{
    email: Email;
    payment: Payment;
    balances: () => Promise<(string | number | undefined)[]>;
  }> {
    const email = newUser();
    await madeKey(db, email);
    await set(email, { [MONTH]: 8, c: 3 });
    const balances = async () => {
      const { item } = await readAccount(db, email);
      return [item[MONTH], item.c];
    };
    return { email, payment: { id: 'abcd1', included: 2, month: MONTH, purchased: 1 }, balances };
  }

  test('of what a call paid restores both balances, in one write unit', async () => {
    const email = newUser();
    const { secret } = await madeKey(db, email);
    await set(email, { [MONTH]: 9_998, c: 9 });
    const verdict = await newContainer(store).check(secret, { terms: { ...DEFAULT_TERMS, cost: 5 } });
    if (!verdict.allowed || !verdict.payment) throw new Error('expected a call that paid');
    expect(verdict.payment).toMatchObject({ included: 2, month: MONTH, purchased: 3 });

    const refunder = store.connect();
    await refund(refunder, email, verdict.payment);
    expect(refunder.sent).toEqual([{ command: 'UpdateItem', units: 1 }]);
    expect((await readAccount(db, email)).item).toMatchObject({ [MONTH]: 9_998, c: 9 });
  });

  test.each<[string, Partial<Payment>, [number, number]]>([
    ['included credits alone', { purchased: 0 }, [6, 3]],
    ['purchased credits alone', { included: 0, month: '' }, [8, 4]],
    ['nothing, and sends nothing', { included: 0, purchased: 0 }, [8, 3]],
  ])('gives back %s', async (_, part, expected) => {
    const { email, payment, balances } = await paid();
    await refund(db, email, { ...payment, ...part });
    expect(await balances()).toEqual(expected);
  });

  test('asked for twice gives once', async () => {
    const { email, payment, balances } = await paid();
    await Promise.all([refund(db, email, payment), refund(db, email, payment)]);
    await refund(db, email, payment);
    expect(await balances()).toEqual([6, 4]);
  });

  test('of a month that is over gives back the purchased part alone', async () => {
    const { email, payment, balances } = await paid();
    const { client, tables } = db;
    await client.send(
      new UpdateCommand({
        TableName: tables.userPreferences,
        Key: accountKey(email),
        UpdateExpression: `REMOVE ${MONTH} SET ${NEXT_MONTH} = :spent`,
        ExpressionAttributeValues: { ':spent': 5 },
      }),
    );
    await refund(db, email, payment);
    expect(await balances()).toEqual([undefined, 4]);
    expect((await readAccount(db, email)).item[NEXT_MONTH]).toBe(5);
    const sent = store.connect();
    await refund(sent, email, { ...payment, id: 'abcd2', purchased: 0 });
    expect(commands(sent.sent)).toEqual(['UpdateItem']);
  });

  test('of an account that was erased makes none', async () => {
    const email = newUser();
    await refund(db, email, { id: 'abcd1', included: 2, month: MONTH, purchased: 1 });
    expect((await readAccount(db, email)).item).toEqual({});
  });

  describe('when the store falters', () => {
    /** A connection whose first answers are as given. */
    const faltering = (
      ...faults: ((proceed: () => Promise<Record<string, unknown>>) => Promise<Record<string, unknown>>)[]
    ) => store.connect((_, proceed) => (faults.shift() ?? ((go) => go()))(proceed));

    test('gives once although the answer was lost', async () => {
      const { email, payment, balances } = await paid();
      const connection = faltering(async (proceed) => {
        await proceed();
        throw fault('TimeoutError');
      });
      await refund(connection, email, payment);
      expect(commands(connection.sent)).toEqual(['UpdateItem', 'UpdateItem']);
      expect(await balances()).toEqual([6, 4]);
    });

    test('gives once although the request was lost', async () => {
      const { email, payment, balances } = await paid();
      await refund(
        faltering(() => Promise.reject(fault('ThrottlingException'))),
        email,
        payment,
      );
      expect(await balances()).toEqual([6, 4]);
    });

    test('gives up after two requests without an answer, and says so', async () => {
      const { email, payment, balances } = await paid();
      const down = () => Promise.reject(fault('TimeoutError'));
      await expect(refund(faltering(down, down), email, payment)).rejects.toThrow('TimeoutError');
      expect(await balances()).toEqual([8, 3]);
    });

    test('does not repeat what is wrong itself', async () => {
      const { email, payment } = await paid();
      const connection = faltering(() => Promise.reject(fault('ValidationException')));
      await expect(refund(connection, email, payment)).rejects.toThrow('ValidationException');
      expect(commands(connection.sent)).toEqual(['UpdateItem']);
    });
  });

  test('of many at once, from many payments, gives each back', async () => {
    const { email, payment, balances } = await paid();
    await set(email, { [MONTH]: 200, c: 0 });
    await Promise.all(Array.from({ length: 64 }, (_, i) => refund(db, email, { ...payment, id: `efgh${i}` })));
    expect(await balances()).toEqual([200 - 128, 64]);
  });
});
