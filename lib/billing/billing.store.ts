import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { TransactItem } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import type { Order, SavedMethod } from './provider.ts';

/** When and by how much an owner's credits are topped up. */
export interface TopUp {
  /** Topped up where no more credits than these are left, or fewer than a refused call needed. */
  readonly threshold: number;
  readonly pack: string;
  /** The most that is charged in a calendar month (UTC), in the least unit of the pack's currency. */
  readonly monthlyCap: number;
}

/** A top-up that was begun and of which the outcome is not known yet. */
export interface OpenTopUp {
  readonly order: Order & { readonly topUpId: string };
  readonly method: SavedMethod;
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  /** Its payment, once that is known and under way: a bank's debit takes days. */
  readonly paymentId?: string;
}

/** The record `billing` of a user: how they pay. */
export interface Billing {
  readonly method?: SavedMethod | undefined;
  readonly topUp?: TopUp | undefined;
  readonly open?: OpenTopUp | undefined;
  /** What top-ups have charged, in the month of that number. */
  readonly charged?: { readonly month: number; readonly amount: number } | undefined;
}

const billingKey = (email: Email) => ({ email, record: 'billing' });

/** Reads how a user pays. */
export async function readBilling({ client, tables }: Database, email: Email): Promise<Billing> {
  const Key = billingKey(email);
  const { Item } = await client.send(new GetCommand({ TableName: tables.userPreferences, Key, ConsistentRead: true }));
  return (Item as Billing | undefined) ?? {};
}

/** The action that writes how a user pays. It belongs in a change of the account, which is the only one at a time. */
export const billingItem = ({ tables }: Database, email: Email, billing: Billing): TransactItem => {
  const { method, topUp, open, charged } = billing;
  return { Put: { TableName: tables.userPreferences, Item: { ...billingKey(email), method, topUp, open, charged } } };
};
