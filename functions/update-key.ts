import { updateKey } from '../lib/http/contract/keys.ts';
import { editedKey } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { planRefusal } from '../lib/http/plan-refusal.ts';
import { refuseReservedScopes } from '../lib/http/reserved-scopes.ts';
import { editKey } from '../lib/keys/edit-key.store.ts';
import { editWithin } from '../lib/keys/key-policy.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(updateKey, async ({ params: { email, keyId }, headers, body, caller, actor, at }) => {
  const { status, expiresAt, ...fields } = body;
  const edit = {
    ...fields,
    ...(status && { disabled: status === 'disabled' }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }),
  };
  const target = { keyId, version: headers['if-match'] };
  const result = await editKey(db, { email, actor, at }, target, (key, plan) => {
    refuseReservedScopes(edit.scopes ?? [], caller.isAdmin, key.scopes);
    return editWithin(plan, edit, at, caller.isAdmin);
  }).catch(planRefusal);
  return editedKey(result, keyId, at);
});
