import { revokeKey } from '../lib/http/contract/keys.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { Problem } from '../lib/http/problem.ts';
import { readKey } from '../lib/keys/key.store.ts';
import { revokeKeys } from '../lib/keys/keys.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(revokeKey, async ({ params: { email, keyId }, actor, at }) => {
  const revoked = await revokeKeys(db, { email, actor, at }, (key) => key.keyId === keyId);
  if (revoked.length === 0 && !(await readKey(db, { email, keyId }))) {
    throw new Problem('not_found', `The account has no key ${keyId}`);
  }
  return { body: { email, revoked } };
});
