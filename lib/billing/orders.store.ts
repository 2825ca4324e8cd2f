import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TransactItem } from '../accounts/change.store.ts';
import { deleteAfter } from '../expiry.ts';
import type { Database } from '../store/database.ts';
import { type Order, WrongPayment } from './provider.ts';
import type { Purchase } from './settlement.ts';

/** An order that is not paid by then never is: a page to pay on is there for a day, a bank's debit takes weeks at most. */
const UNPAID_SECONDS = 90 * 86_400;

/**
 * The record `order#<id>` of a user. It is there from before the order can be paid, and is erased with all else of its user:
 * so a payment of an order that has none is of an account that was erased since.
 */
export interface PlacedOrder {
  /** Absent until it is paid. */
  readonly payment?: SettledPayment | undefined;
}

/** The payment of an order, and how much of it is in the ledger. */
export interface SettledPayment extends Purchase {
  readonly paymentId: string;
}

type OrderName = Pick<Order, 'email' | 'orderId'>;

const orderKey = ({ email, orderId }: OrderName) => ({ email, record: `order#${orderId}` });

const placed = ({ tables }: Database, order: OrderName, at: number) => ({
  TableName: tables.userPreferences,
  Item: { ...orderKey(order), deleteAt: deleteAfter(at, UNPAID_SECONDS) },
});

/** Notes an order, in milliseconds since the epoch, before it can be paid. */
export async function placeOrder(db: Database, order: OrderName, at: number): Promise<void> {
  await db.client.send(new PutCommand(placed(db, order, at)));
}

/** The action that notes an order. */
export const placedItem = (db: Database, order: OrderName, at: number): TransactItem => ({
  Put: placed(db, order, at),
});

/** Reads an order; `undefined` if there is none. */
export async function readOrder({ client, tables }: Database, order: OrderName): Promise<PlacedOrder | undefined> {
  const Key = orderKey(order);
  const { Item } = await client.send(new GetCommand({ TableName: tables.userPreferences, Key, ConsistentRead: true }));
  return Item as PlacedOrder | undefined;
}

/** The action that writes how much of an order's payment is in the ledger; it is refused if the order was erased. */
export const paidItem = ({ tables }: Database, order: OrderName, payment: SettledPayment): TransactItem => ({
  Put: {
    TableName: tables.userPreferences,
    Item: { ...orderKey(order), payment },
    ConditionExpression: 'attribute_exists(email)',
  },
});

/** @throws WrongPayment if an order was paid by another payment already. */
export function refuseSecond(orderId: string, { payment }: PlacedOrder, paymentId: string): void {
  if (!payment || payment.paymentId === paymentId) return;
  throw new WrongPayment(`order ${orderId} was paid by ${payment.paymentId} already; given ${paymentId}`);
}
