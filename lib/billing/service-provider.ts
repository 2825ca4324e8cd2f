import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod';
import { optionalEnv } from '../env.ts';
import type { PaymentProvider } from './provider.ts';
import { stripeProvider } from './stripe.ts';

const CACHED_SECONDS = 300;

const secret = z.object({ apiKey: z.string().min(1), webhookSecret: z.string().min(1) });

/** Tells whether the deployment sells credits. */
export const sellsCredits = (): boolean => optionalEnv('billingSecret') !== undefined;

/**
 * The payment provider that the deployment configures, with its secret from Secrets Manager, which is asked every five minutes.
 *
 * @returns `undefined` where none is configured.
 * @throws Error that names what the secret lacks, and never what it holds.
 */
export async function serviceProvider(): Promise<PaymentProvider | undefined> {
  const name = optionalEnv('billingSecret');
  if (name === undefined) return undefined;
  const parsed = secret.safeParse(jsonIn(await getSecret(name, { maxAge: CACHED_SECONDS })));
  if (!parsed.success) throw new Error(`secret ${name} is to be JSON with apiKey and webhookSecret`);
  return stripeProvider({ ...parsed.data, url: optionalEnv('stripeUrl') });
}

/** The error of `JSON.parse` shows what it was given, and would carry a secret into the log. */
function jsonIn(held: string | Uint8Array = ''): unknown {
  try {
    return JSON.parse(typeof held === 'string' ? held : new TextDecoder().decode(held));
  } catch {
    return undefined;
  }
}
