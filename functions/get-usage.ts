import { readAccountKeys } from '../lib/accounts/account.store.ts';
import { getUsage } from '../lib/http/contract/usage.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { invalidRequest } from '../lib/http/problem.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { spanOf, totalsReport } from '../lib/usage/report.ts';

const db = serviceDatabase();

export const handler = endpoint(getUsage, async ({ params: { email }, query, at }) => {
  const span = spanOf(query, at);
  if ('field' in span) throw invalidRequest([{ path: span.field, message: span.message }]);
  const report = totalsReport(await readAccountKeys(db, email), query.keyId);
  return {
    body: {
      email,
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      granularity: span.granularity,
      ...report,
      series: [],
      routes: [],
      statuses: {},
      quota: null,
      credits: {},
    },
  };
});
