import * as z from 'zod';
import { operation } from '../operation.ts';
import { accountStatus, email, idempotencyKey, keyId } from './common.schema.ts';
import { key, keyEdit, keyWithSecret, newKey } from './key.schema.ts';

const revoked = z.object({ email: z.string(), revoked: z.array(z.string()).meta({ description: 'Key ids.' }) });

export const listKeys = operation({
  id: 'list-keys',
  summary: "List a user's keys",
  method: 'GET',
  path: '/api/user/key/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({ include: z.enum(['revoked']).optional() }),
  status: 200,
  response: z.object({
    email: z.string(),
    hasKey: z.boolean(),
    plan: z.string(),
    status: accountStatus.meta({ description: 'Of the account: if it is suspended, none of its keys is accepted.' }),
    keys: z.array(key),
  }),
});

export const createKey = operation({
  id: 'create-key',
  summary: 'Make a key; its secret is shown this once',
  method: 'POST',
  path: '/api/user/key',
  access: 'user',
  headers: z.object({
    'idempotency-key': idempotencyKey,
  }),
  body: newKey,
  status: 201,
  response: keyWithSecret,
  hasVersion: true,
});

export const revokeAllKeys = operation({
  id: 'revoke-all-keys',
  summary: "Revoke all of a user's keys",
  method: 'DELETE',
  path: '/api/user/key/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  status: 200,
  response: revoked,
});

const ifMatch = z.object({
  'if-match': z
    .string()
    .regex(/^"\d{1,15}"$/, 'Invalid If-Match: expected the ETag of the key, such as "7"')
    .transform((tag) => Number(tag.slice(1, -1)))
    .optional()
    .meta({ description: 'The ETag of the key as it was seen: 409 if somebody has changed it since.' }),
});

export const revokeKey = operation({
  id: 'revoke-key',
  summary: 'Revoke one key',
  method: 'DELETE',
  path: '/api/user/key/{email}/{keyId}',
  access: 'user',
  params: z.strictObject({ email, keyId }),
  headers: ifMatch,
  status: 200,
  response: revoked,
});

export const updateKey = operation({
  id: 'update-key',
  summary: 'Change a key; what takes away holds from the next call, what gives within 2 s',
  method: 'PATCH',
  path: '/api/user/key/{email}/{keyId}',
  access: 'user',
  params: z.strictObject({ email, keyId }),
  headers: ifMatch,
  body: keyEdit,
  status: 200,
  response: key,
  hasVersion: true,
});

export const rotateKey = operation({
  id: 'rotate-key',
  summary: 'Give a key a new secret, shown this once; id, limits, usage and history stay',
  method: 'POST',
  path: '/api/user/key/{email}/{keyId}/rotate',
  access: 'user',
  params: z.strictObject({ email, keyId }),
  headers: ifMatch,
  body: z.strictObject({
    gracePeriodSeconds: z.int().min(0).max(604_800).default(86_400).meta({
      description:
        'The former secrets are accepted for so long, and never past their own end. A grace that lasts already is not stretched.',
    }),
  }),
  status: 200,
  response: keyWithSecret,
  hasVersion: true,
});

export const endGrace = operation({
  id: 'end-grace',
  summary: 'End the grace of former secrets: the newest alone is accepted from the next call on',
  method: 'POST',
  path: '/api/user/key/{email}/{keyId}/end-grace',
  access: 'user',
  params: z.strictObject({ email, keyId }),
  headers: ifMatch,
  status: 200,
  response: key,
  hasVersion: true,
});
