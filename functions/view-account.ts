import { writeEvent } from '../lib/events/event.store.ts';
import { viewAccount } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(viewAccount, async ({ params: { email }, actor, at }) => {
  await writeEvent(db, email, { type: 'account.viewed', changes: {} }, actor, at);
  return { body: { email } };
});
