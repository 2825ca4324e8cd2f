import { readAccountKeys } from '../lib/accounts/account.store.ts';
import { planOf, statusOf } from '../lib/accounts/account.ts';
import { listKeys } from '../lib/http/contract/keys.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { listed, viewKey } from '../lib/keys/key-view.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(listKeys, async ({ params: { email }, query, at }) => {
  const { account, keys } = await readAccountKeys(db, email);
  const shown = listed(keys, query.include === 'revoked', at).map((key) => viewKey(key, account, at));
  const hasKey = keys.some((key) => key.revokedAt === null);
  const plan = planOf(account, db.plans).name;
  return { body: { email, hasKey, plan, status: statusOf(account), keys: shown } };
});
