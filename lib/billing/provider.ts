import type { Email } from '../accounts/email.ts';

/** What a payment buys: it is written to the payment when it is made, and tells with it whose it is. */
export interface Order {
  /** Tells it from all others. */
  readonly orderId: string;
  readonly email: Email;
  readonly pack: string;
  readonly credits: number;
  /** In the least unit of the currency. */
  readonly amount: number;
  readonly currency: string;
  /** The top-up that pays by itself; absent where a person pays. */
  readonly topUpId?: string | undefined;
}

/** A payment method that its owner lets us charge again. */
export interface SavedMethod {
  readonly customer: string;
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
}

/** A payment as the provider has it now. */
export interface PaymentState {
  readonly paymentId: string;
  readonly order: Order;
  readonly status: 'paid' | 'pending' | 'failed';
  /** What the provider was asked to charge. */
  readonly amount: number;
  readonly currency: string;
  /** How much of it went back, by refunds and by disputes that are not won. */
  readonly reversed: number;
  /** Present where it may be charged again. */
  readonly method?: SavedMethod;
  /** Why it failed. */
  readonly failure?: string;
}

/** What a notice is about. It is no more than a hint to look: what holds is what the provider has. */
export interface Notice {
  readonly paymentId: string;
  /** A payment that was under way has failed for good. */
  readonly hasFailed: boolean;
}

/** What came of charging a saved method. */
export type ChargeOutcome =
  | { readonly kind: 'charged'; readonly paymentId: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** A notice that was not signed by the provider, not now, or not as it is. */
export class UnsignedNotice extends Error {
  override readonly name = 'UnsignedNotice';
}

/** A payment whose amount or currency is not that of its order. */
export class WrongPayment extends Error {
  override readonly name = 'WrongPayment';
}

/** What else a page to pay on is made of. */
export interface CheckoutOptions {
  readonly returnUrl: string;
  readonly saveMethod: boolean;
  /** Of an earlier payment, so that the person need not say again who they are. */
  readonly customer?: string | undefined;
}

/** Who takes payments. */
export interface PaymentProvider {
  /** Makes a page where a person pays an order. */
  checkout(order: Order, options: CheckoutOptions): Promise<{ readonly url: string }>;
  /**
   * Reads a notice of the provider.
   *
   * @param body to the byte as it came.
   * @returns `undefined` if it is about no payment of ours.
   * @throws UnsignedNotice; WrongPayment if what it tells of is not what was ordered.
   */
  noticeOf(body: string, signature: string): Notice | undefined;
  /** Reads a payment as it is now; `undefined` if it is none of ours. */
  read(paymentId: string): Promise<PaymentState | undefined>;
  /** Charges a saved method without its owner being there; repeated with the same `topUpId` it charges once. */
  charge(order: Order & { readonly topUpId: string }, method: SavedMethod): Promise<ChargeOutcome>;
}
