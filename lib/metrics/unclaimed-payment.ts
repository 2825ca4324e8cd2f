import type { Unclaimed } from '../billing/settle.store.ts';
import { emfLine } from './emf.ts';
import { writeMetrics } from './stdout.ts';

/** The metric of one payment that is of no account, as a line for the log. */
export const unclaimedLine = (at: number): string | undefined =>
  emfLine({ at, metrics: { UnclaimedPayments: { unit: 'Count', value: 1 } } });

/**
 * Tells the operator, by a log line and a metric, of money that was taken and is of no account that is there. Neither says whose
 * it was: the provider knows that by the payment.
 *
 * @param at milliseconds since the epoch.
 */
export function tellUnclaimed({ paymentId, kept, currency }: Unclaimed, at: number): void {
  if (kept === 0) return;
  console.warn({ message: 'a payment is of no account that is there', paymentId, kept, currency });
  const line = unclaimedLine(at);
  if (line) writeMetrics(line);
}
