import * as z from 'zod';
import { operation } from '../operation.ts';
import { email, keyId } from './common.schema.ts';
import { key, keyWithSecret, newKey } from './key.schema.ts';

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
  response: z.object({ email: z.string(), hasKey: z.boolean(), plan: z.string(), keys: z.array(key) }),
});

export const createKey = operation({
  id: 'create-key',
  summary: 'Make a key; its secret is shown this once',
  method: 'POST',
  path: '/api/user/key',
  access: 'user',
  headers: z.object({
    'idempotency-key': z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'Invalid Idempotency-Key: expected 1 to 255 visible ASCII characters')
      .optional()
      .meta({ description: 'A repeat with the same one within 24 hours makes no second key.' }),
  }),
  body: newKey,
  status: 201,
  response: keyWithSecret,
});

export const revokeAllKeys = operation({
  id: 'revoke-all-keys',
  summary: "Revoke all of a user's keys",
  method: 'DELETE',
  path: '/api/user/key/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({}),
  status: 200,
  response: revoked,
});

export const revokeKey = operation({
  id: 'revoke-key',
  summary: 'Revoke one key',
  method: 'DELETE',
  path: '/api/user/key/{email}/{keyId}',
  access: 'user',
  params: z.strictObject({ email, keyId }),
  query: z.strictObject({}),
  status: 200,
  response: revoked,
});
