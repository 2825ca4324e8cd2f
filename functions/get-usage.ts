import { readAccountKeys } from '../lib/accounts/account.store.ts';
import { planOf } from '../lib/accounts/account.ts';
import { getUsage } from '../lib/http/contract/usage.ts';
import { noSuchKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { invalidRequest } from '../lib/http/problem.ts';
import { accountStanding } from '../lib/metering/standing.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { summarize } from '../lib/usage/report.ts';
import { spanOf } from '../lib/usage/span.ts';
import { readUsage } from '../lib/usage/usage.store.ts';

const db = serviceDatabase();

export const handler = endpoint(getUsage, async ({ params: { email }, query, at }) => {
  const span = spanOf(query, at);
  if ('field' in span) throw invalidRequest([{ path: span.field, message: span.message }]);
  const summary = summarize(span, query);
  const [{ account, keys }] = await Promise.all([readAccountKeys(db, email), readUsage(db, email, span, summary.add)]);
  const report = summary.report(keys);
  const { keyId } = query;
  if (keyId && report.totals.requests === 0 && !keys.some((key) => key.keyId === keyId)) {
    throw noSuchKey(keyId);
  }
  return {
    body: {
      email,
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      granularity: span.granularity,
      ...report,
      ...accountStanding({ account, plan: planOf(account, db.plans), now: at }),
    },
  };
});
