import { revokeAllKeys } from '../lib/http/contract/keys.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { revokeKeys } from '../lib/keys/keys.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(revokeAllKeys, async ({ params: { email }, actor, at }) => ({
  body: { email, revoked: await revokeKeys(db, { email, actor, at }, () => true) },
}));
