import { randomBytes } from 'node:crypto';
import { rotateKey as operation } from '../lib/http/contract/keys.ts';
import { editedKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { rotateKey } from '../lib/keys/edit-key.store.ts';
import { makeSecret } from '../lib/keys/secret.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ params: { email, keyId }, headers, body, actor, at }) => {
  const { result, secret } = await rotateKey(
    db,
    { email, actor, at },
    { keyId, version: headers['if-match'] },
    (environment) => makeSecret(environment, randomBytes),
    body.gracePeriodSeconds,
  );
  const { body: key, headers: tags } = editedKey(result, keyId, at);
  return { body: { ...key, apiKey: secret ?? '' }, headers: tags };
});
