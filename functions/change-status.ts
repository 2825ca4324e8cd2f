import { changeStatus } from '../lib/accounts/status.store.ts';
import { changeStatus as operation } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ params: { email }, body: { status, reason }, actor, at }) => ({
  body: { email, status, previousStatus: await changeStatus(db, { email, actor, at }, status, reason) },
}));
