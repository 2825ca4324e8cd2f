import { viewAccount } from '../lib/accounts/account-view.ts';
import { findAccounts } from '../lib/accounts/find.store.ts';
import { findUsers } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(findUsers, async ({ query: { query, cursor, limit }, at }) => {
  const { accounts, next = null } = await findAccounts(db, query, { limit, after: cursor });
  return { body: { users: accounts.map((account) => viewAccount(account, db.plans, at)), nextCursor: next } };
});
