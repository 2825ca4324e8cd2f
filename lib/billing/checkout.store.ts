import type { Database } from '../store/database.ts';
import { placeOrder } from './orders.store.ts';
import type { CheckoutOptions, Order, PaymentProvider } from './provider.ts';

/**
 * Makes a page where a person pays an order, which is noted first: by this its payment is known to be of an account that is there.
 *
 * @param at milliseconds since the epoch.
 */
export async function openCheckout(
  db: Database,
  provider: PaymentProvider,
  order: Order,
  options: CheckoutOptions,
  at: number,
): Promise<{ readonly url: string }> {
  await placeOrder(db, order, at);
  return provider.checkout(order, options);
}
