import { readBilling } from '../lib/billing/billing.store.ts';
import { viewBilling } from '../lib/billing/billing-view.ts';
import { readLedger } from '../lib/credits/credits.store.ts';
import { viewBalance, viewEntry } from '../lib/credits/entry-view.ts';
import { optionalEnv } from '../lib/env.ts';
import { getCredits } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { periodEnd } from '../lib/metering/periods.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(getCredits, async ({ params: { email }, query: { cursor, limit }, at }) => {
  const [{ balance, entries, next = null }, billing] = await Promise.all([
    readLedger(db, email, at, { limit, after: cursor }),
    readBilling(db, email),
  ]);
  const isConfigured = optionalEnv('billingSecret') !== undefined;
  const resetsAt = new Date(periodEnd('month', at)).toISOString();
  return {
    body: {
      balance: viewBalance(balance),
      resetsAt,
      entries: entries.map(viewEntry),
      nextCursor: next,
      billing: viewBilling(billing, isConfigured, at),
    },
  };
});
