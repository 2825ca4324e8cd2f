import * as z from 'zod';
import { operation } from '../operation.ts';
import { email, instant, keyId } from './common.schema.ts';
import { quota } from './key.schema.ts';

const stats = {
  requests: z.int(),
  errors: z.int().meta({ description: 'Answers with a 5xx status.' }),
  errorRate: z.number(),
  rejected: z.int().meta({ description: 'Calls that the check refused.' }),
  credits: z.int(),
  latencyMs: z
    .object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
    .nullable(),
};

/** Other years have no form that every reader of ISO 8601 takes. */
const inRange = instant.refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999;
}, 'Invalid instant: expected a year from 1970 to 9999');

export const getUsage = operation({
  id: 'get-usage',
  summary: "A user's usage",
  method: 'GET',
  path: '/api/user/usage/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({
    from: inRange.optional(),
    to: inRange.optional(),
    granularity: z.enum(['minute', 'hour', 'day']).optional(),
    keyId: keyId.optional(),
    route: z.string().max(256).optional(),
  }),
  status: 200,
  response: z.object({
    email: z.string(),
    from: instant,
    to: instant,
    granularity: z.enum(['minute', 'hour', 'day']),
    totals: z.object(stats),
    series: z.array(z.object({ at: instant, ...stats })),
    routes: z.array(z.object({ route: z.string(), ...stats })),
    keys: z.array(z.object({ keyId: z.string(), name: z.string(), ...stats })),
    statuses: z.record(z.string(), z.int()),
    quota,
    credits: z.record(z.string(), z.unknown()),
  }),
});
