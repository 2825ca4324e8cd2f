import { endGrace as operation } from '../lib/http/contract/keys.ts';
import { editedKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { endGrace } from '../lib/keys/edit-key.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ params: { email, keyId }, headers, actor, at }) =>
  editedKey(await endGrace(db, { email, actor, at }, { keyId, version: headers['if-match'] }), keyId, at),
);
