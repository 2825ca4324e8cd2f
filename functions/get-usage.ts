import { readAccountKeys } from '../lib/accounts/account.store.ts';
import { planOf } from '../lib/accounts/account.ts';
import { getUsage } from '../lib/http/contract/usage.ts';
import { noSuchKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { invalidRequest } from '../lib/http/problem.ts';
import { accountStanding } from '../lib/metering/standing.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { readReport } from '../lib/usage/report.store.ts';

const db = serviceDatabase();

export const handler = endpoint(getUsage, async ({ params: { email }, query, at }) => {
  const [{ account, keys }, read] = await Promise.all([readAccountKeys(db, email), readReport(db, email, query, at)]);
  if ('field' in read) throw invalidRequest([{ path: read.field, message: read.message }]);
  const { span, summary } = read;
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
