import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import type { KeyContext } from './key-context.ts';

let database: Database | undefined;

/**
 * Gives back the credits that a call paid, if it paid any. Where that fails the log says so, for an operator to make good:
 * the caller's answer does not depend on it.
 *
 * DynamoDB's client is loaded only now, as most containers never meet a call that fails.
 */
export async function refundCall({ email, keyId, payment }: KeyContext): Promise<void> {
  if (!payment) return;
  try {
    const { serviceDatabase } = await import('../store/service-database.ts');
    const { refund } = await import('../metering/refund.store.ts');
    database ??= serviceDatabase();
    await refund(database, email as Email, payment);
  } catch (error) {
    const { id, included, purchased } = payment;
    console.error(
      `a failed call of key ${keyId} was not refunded: payment ${id}, ${included} included and ${purchased} purchased credits`,
      error,
    );
  }
}
