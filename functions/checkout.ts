import { ulid } from 'ulid';
import { readAccount } from '../lib/accounts/account.store.ts';
import { planOf } from '../lib/accounts/account.ts';
import { readBilling } from '../lib/billing/billing.store.ts';
import { openCheckout } from '../lib/billing/checkout.store.ts';
import { serviceProvider } from '../lib/billing/service-provider.ts';
import { optionalEnv } from '../lib/env.ts';
import { checkout } from '../lib/http/contract/billing.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { notConfigured } from '../lib/http/not-configured.ts';
import { noPack } from '../lib/http/plan-refusal.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();
const returnUrl = optionalEnv('returnUrl') ?? '';

export const handler = endpoint(checkout, async ({ body: { email, pack: name, savePaymentMethod }, at }) => {
  const provider = await serviceProvider();
  if (!provider) throw notConfigured();
  const [account, { method }] = await Promise.all([readAccount(db, email), readBilling(db, email)]);
  const { packs } = planOf(account, db.plans);
  const pack = packs.find((candidate) => candidate.name === name);
  if (!pack)
    throw noPack(
      name,
      packs.map((candidate) => candidate.name),
    );
  const order = { orderId: ulid(at), email, pack: name, credits: pack.credits, ...pack.price };
  const options = { returnUrl, saveMethod: savePaymentMethod, customer: method?.customer };
  return { body: await openCheckout(db, provider, order, options, at) };
});
