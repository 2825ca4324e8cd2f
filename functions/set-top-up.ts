import { viewBilling } from '../lib/billing/billing-view.ts';
import { setTopUp as change } from '../lib/billing/top-up.store.ts';
import { optionalEnv } from '../lib/env.ts';
import { setTopUp } from '../lib/http/contract/billing.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { notConfigured } from '../lib/http/not-configured.ts';
import { noPack } from '../lib/http/plan-refusal.ts';
import { invalidRequest, Problem } from '../lib/http/problem.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(setTopUp, async ({ params: { email }, body, actor, at }) => {
  if (optionalEnv('billingSecret') === undefined) throw notConfigured();
  const result = await change(db, { email, actor, at }, body);
  switch (result.kind) {
    case 'changed':
      return { body: viewBilling(result.billing, true, at) };
    case 'no_pack':
      throw noPack(body.pack, result.packs);
    case 'low_cap': {
      const { name, price } = result.pack;
      const message = `Pack ${name} costs ${price.amount}; expected at least as much, given ${body.monthlyCap}`;
      throw invalidRequest([{ path: 'monthlyCap', message }]);
    }
    case 'no_method':
      throw new Problem('conflict', 'The account has no saved payment method; buy a pack with savePaymentMethod first');
  }
});
