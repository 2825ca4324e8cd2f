import type { Billing } from './billing.store.ts';
import { chargedThisMonth } from './top-up.ts';

/**
 * How a user pays, as they see it.
 *
 * @param now milliseconds since the epoch.
 */
export function viewBilling(billing: Billing, isConfigured: boolean, now: number) {
  const { method, topUp, open } = billing;
  return {
    isConfigured,
    paymentMethod: method ? { brand: method.brand, last4: method.last4 } : null,
    topUp: topUp ? { ...topUp, chargedThisMonth: chargedThisMonth(billing, now), inFlight: open !== undefined } : null,
  };
}
