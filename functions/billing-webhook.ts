import { UnsignedNotice, WrongPayment } from '../lib/billing/provider.ts';
import { serviceProvider } from '../lib/billing/service-provider.ts';
import { settlePayment } from '../lib/billing/settle.store.ts';
import { billingWebhook } from '../lib/http/contract/billing.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { notConfigured } from '../lib/http/not-configured.ts';
import { Problem } from '../lib/http/problem.ts';
import { tellUnclaimed } from '../lib/metrics/unclaimed-payment.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

/** What the provider is not to be believed is refused, so that it is seen there; what went wrong here, it sends again. */
function refuse(error: unknown): never {
  if (error instanceof UnsignedNotice || error instanceof WrongPayment) {
    throw new Problem('invalid_request', error.message, { cause: error });
  }
  throw error;
}

export const handler = endpoint(billingWebhook, async ({ headers, event, at }) => {
  const provider = await serviceProvider();
  if (!provider) throw notConfigured();
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  try {
    const notice = provider.noticeOf(body, headers['stripe-signature']);
    const settling = notice && (await settlePayment(db, provider, notice, at));
    if (settling?.kind === 'unclaimed') tellUnclaimed(settling, at);
    return { body: { settled: settling?.kind === 'settled' } };
  } catch (error) {
    refuse(error);
  }
});
