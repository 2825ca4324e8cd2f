import * as z from 'zod';
import { operation } from '../operation.ts';
import { instant } from './common.schema.ts';
import { environment } from './key.schema.ts';
import { standing } from './standing.schema.ts';

export const whoami = operation({
  id: 'whoami',
  summary: 'What the presented key is, and what it has left; free of credits',
  method: 'GET',
  path: '/api/whoami',
  access: 'key',
  status: 200,
  response: z.object({
    keyId: z.string(),
    email: z.string(),
    name: z.string(),
    environment,
    scopes: z.array(z.string()),
    expiresAt: instant.nullable(),
    secretEndsAt: instant.nullable().meta({ description: 'When the presented secret ends; null where it does not.' }),
    ...standing,
  }),
});

export const health = operation({
  id: 'health',
  summary: 'Tells that the service answers',
  method: 'GET',
  path: '/api/health',
  access: 'public',
  status: 200,
  response: z.object({ status: z.literal('ok') }),
});

export const openapi = operation({
  id: 'openapi',
  summary: 'This contract, as OpenAPI 3.1',
  method: 'GET',
  path: '/api/openapi.json',
  access: 'public',
  status: 200,
  response: z.record(z.string(), z.unknown()),
});
