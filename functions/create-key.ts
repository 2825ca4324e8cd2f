import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { createKey as operation } from '../lib/http/contract/keys.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { invalidRequest, Problem } from '../lib/http/problem.ts';
import { PlanRefusal, policyWithin } from '../lib/keys/key-policy.ts';
import { viewKey } from '../lib/keys/key-view.ts';
import { createKey } from '../lib/keys/keys.store.ts';
import { makeSecret } from '../lib/keys/secret.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

/** Scopes with this prefix open the service's own routes. */
const STORE_SCOPE = 'keys:';

export const handler = endpoint(operation, async ({ body, headers, caller, actor, at }) => {
  const { email, ...request } = body;
  const reserved = request.scopes.filter((scope) => scope.startsWith(STORE_SCOPE));
  if (reserved.length > 0 && !caller.isAdmin) {
    throw new Problem(
      'forbidden',
      `Only an admin grants scopes that begin with "${STORE_SCOPE}", given ${reserved.join(', ')}`,
    );
  }
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
  ).catch((error) => {
    if (!(error instanceof PlanRefusal)) throw error;
    throw invalidRequest([{ path: error.field, message: error.message }]);
  });
  switch (result.kind) {
    case 'created':
      return { body: { ...viewKey(result.key, result.account, at), apiKey: secret } };
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
