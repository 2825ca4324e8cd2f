import * as z from 'zod';
import { REFUSAL_CODES } from '../../metering/verdict.ts';
import { operation } from '../operation.ts';
import { instant, label } from './common.schema.ts';
import { environment, scopes } from './key.schema.ts';
import { standing } from './standing.schema.ts';

const retryAfter = z.int().meta({ description: 'Seconds after which the same call is accepted if no other is made.' });

export const verifyKey = operation({
  id: 'verify-key',
  summary: 'Check a call of a key for a backend elsewhere, and charge it; the own key needs the scope keys:verify',
  method: 'POST',
  path: '/api/keys/verify',
  access: 'key',
  body: z.strictObject({
    key: z.string().meta({ description: 'What the caller presented.', example: 'sk_live_<36 characters>' }),
    route: label(256).optional().meta({
      description: 'What was called, by which usage is counted: the pattern of a route, not the path of a call.',
      example: 'GET /orders/{id}',
    }),
    ip: z
      .union([z.ipv4(), z.ipv6()], 'Invalid address: expected IPv4 or IPv6')
      .optional()
      .meta({ description: "The caller's address; without it a key with IP rules is refused." }),
    cost: z.int().min(0).max(1_000_000).default(1).meta({ description: 'Credits; also the weight in rate windows.' }),
    scopes: scopes.default([]).meta({ description: 'Scopes that the key must all be granted.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Charge nothing, and list every check.' }),
  }),
  status: 200,
  response: z.object({
    valid: z.boolean(),
    code: z.enum(['allowed', ...REFUSAL_CODES]),
    retryAfter: retryAfter.nullable(),
    missingScopes: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of scope_denied: the demanded scopes that the key was not granted.' }),
    keyId: z.string().nullable(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    environment: environment.nullable(),
    secretEndsAt: instant.nullable().meta({ description: 'When the presented secret ends; null where it does not.' }),
    scopes: z.array(z.string()),
    rateLimits: standing.rateLimits,
    quota: standing.quota,
    credits: standing.credits.nullable(),
    cost: z.int(),
    checks: z
      .array(
        z.object({
          check: z.string(),
          passed: z.boolean(),
          code: z.enum(REFUSAL_CODES).optional(),
          retryAfter: retryAfter.optional(),
        }),
      )
      .optional()
      .meta({ description: 'Of a dry run: each check in order, and what it says for itself.' }),
  }),
});
