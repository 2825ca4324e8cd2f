import { setTimeout as sleep } from 'node:timers/promises';
import { type SignedNotice, startPayments } from './server.ts';

const ATTEMPTS = 5;

/** Delivers a notice as the provider does: again, if it is not taken. */
async function deliver(gateway: string, { body, signature }: SignedNotice): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const response = await fetch(`${gateway}/api/billing/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body,
    }).catch(() => undefined);
    if (response?.ok) return;
    await sleep(200 * attempt);
  }
}

/**
 * Plays the payment provider beside a gateway.
 *
 * @param gateway where its notices go.
 * @returns the variables by which functions find it.
 */
export async function startLocalPayments(gateway: string) {
  const payments = await startPayments({ onNotice: (notice) => void deliver(gateway, notice) });
  return {
    payments,
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: payments.url,
      STRIPE_URL: payments.url,
      RETURN_URL: `${gateway}/credits`,
    },
  };
}
