import { viewBilling } from '../lib/billing/billing-view.ts';
import { setTopUp } from '../lib/billing/top-up.store.ts';
import { optionalEnv } from '../lib/env.ts';
import { stopTopUp } from '../lib/http/contract/billing.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(stopTopUp, async ({ params: { email }, actor, at }) => {
  const result = await setTopUp(db, { email, actor, at }, undefined);
  if (result.kind !== 'changed') throw new Error(`top-ups cannot be ended: ${result.kind}`);
  return { body: viewBilling(result.billing, optionalEnv('billingSecret') !== undefined, at) };
});
