import { type Account, isSuspended, keyCount, lastUseOf, planOf } from '../lib/accounts/account.ts';
import { findAccounts } from '../lib/accounts/find.store.ts';
import { viewBalance } from '../lib/credits/entry-view.ts';
import { findUsers } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { balanceOf } from '../lib/metering/credits.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

function view(account: Account, now: number) {
  const plan = planOf(account, db.plans);
  const lastUse = lastUseOf(account);
  return {
    email: account.email,
    plan: plan.name,
    status: isSuspended(account) ? ('suspended' as const) : ('active' as const),
    keys: keyCount(account),
    lastUsedAt: lastUse > 0 ? new Date(lastUse).toISOString() : null,
    balance: viewBalance(balanceOf({ account, plan, now })),
  };
}

export const handler = endpoint(findUsers, async ({ query: { query, cursor, limit }, at }) => {
  const { accounts, next = null } = await findAccounts(db, query, { limit, after: cursor });
  return { body: { users: accounts.map((account) => view(account, at)), nextCursor: next } };
});
