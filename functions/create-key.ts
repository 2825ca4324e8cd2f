import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { createKey as operation } from '../lib/http/contract/keys.ts';
import { etagOf } from '../lib/http/edited-key.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { planRefusal } from '../lib/http/plan-refusal.ts';
import { Problem } from '../lib/http/problem.ts';
import { refuseReservedScopes } from '../lib/http/reserved-scopes.ts';
import { policyWithin } from '../lib/keys/key-policy.ts';
import { viewKey } from '../lib/keys/key-view.ts';
import { createKey } from '../lib/keys/keys.store.ts';
import { makeSecret } from '../lib/keys/secret.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ body, headers, caller, actor, at }) => {
  const { email, ...request } = body;
  refuseReservedScopes(request.scopes, caller.isAdmin);
  const secret = makeSecret(request.environment, randomBytes);
  const result = await createKey(
    db,
    { email, actor, at },
    {
      keyId: ulid(at),
      secret,
      policy: (plan) => policyWithin(plan, request, at, caller.isAdmin),
      idempotencyKey: headers['idempotency-key'],
    },
  ).catch(planRefusal);
  switch (result.kind) {
    case 'created': {
      const key = viewKey(result.key, result.account, at);
      return { body: { ...key, apiKey: secret }, headers: { etag: etagOf(key) } };
    }
    case 'key_limit_reached':
      throw new Problem(
        'key_limit_reached',
        `Plan ${result.plan.name} allows ${result.plan.keys} keys, and the account has as many; revoke one first`,
      );
    case 'repeated':
      throw new Problem(
        'conflict',
        `This Idempotency-Key made key ${result.keyId} already; its secret was shown then and cannot be shown again`,
      );
  }
});
