import { revokeKey } from '../lib/http/contract/keys.ts';
import { noSuchKey, staleKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { readKey } from '../lib/keys/key.store.ts';
import type { KeyRecord } from '../lib/keys/key.ts';
import { revokeKeys } from '../lib/keys/keys.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(revokeKey, async ({ params: { email, keyId }, headers, actor, at }) => {
  const seen = headers['if-match'];
  const isMeant = (key: KeyRecord) => key.keyId === keyId && (seen === undefined || key.version === seen);
  const revoked = await revokeKeys(db, { email, actor, at }, isMeant);
  if (revoked.length > 0) return { body: { email, revoked } };
  const key = await readKey(db, { email, keyId });
  if (!key) throw noSuchKey(keyId);
  // One that was revoked before is as the caller wants it.
  if (key.revokedAt === null) throw staleKey(keyId, key.version);
  return { body: { email, revoked } };
});
