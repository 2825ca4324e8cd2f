import * as z from 'zod';
import { operation } from '../operation.ts';
import { email, instant, keyId } from './common.schema.ts';
import { accountStanding } from './standing.schema.ts';

const stats = {
  requests: z.int(),
  errors: z.int().meta({ description: 'Answers with a 5xx status.' }),
  errorRate: z.number(),
  rejected: z.int().meta({ description: 'Calls that the check refused.' }),
  credits: z.int().meta({ description: 'Credits that calls paid and were not given back.' }),
  latencyMs: z
    .object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
    .nullable()
    .meta({
      description:
        'Milliseconds from request to answer, of accepted calls; null where there was none. Each but the mean is within 5 % of the exact one.',
    }),
};

const granularity = z.enum(['minute', 'hour', 'day']);

/** Other years have no form that every reader of ISO 8601 takes. */
const inRange = instant.refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999;
}, 'Invalid instant: expected a year from 1970 to 9999');

export const getUsage = operation({
  id: 'get-usage',
  summary: "A user's usage, from the gateway's access log; a call is counted within seconds",
  method: 'GET',
  path: '/api/user/usage/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({
    from: inRange.optional(),
    to: inRange.optional(),
    granularity: granularity.optional().meta({
      description:
        'Counters are kept 2 days by minute, 90 days by hour, 2 years by day. By default the finest that gives a few hundred periods, and 100,000 counters of a key on a route at most.',
    }),
    keyId: keyId.optional(),
    detail: z
      .literal('cells')
      .optional()
      .meta({ description: 'With cells, the report also tells of each route by each key.' }),
    route: z.string().max(256).optional().meta({ example: 'GET /api/orders/{id}' }),
  }),
  status: 200,
  response: z.object({
    email: z.string(),
    from: instant.meta({ description: 'The span is widened to whole periods.' }),
    to: instant,
    granularity,
    totals: z.object(stats),
    series: z.array(z.object({ at: instant, ...stats })),
    routes: z.array(z.object({ route: z.string(), ...stats })),
    keys: z.array(z.object({ keyId: z.string(), name: z.string(), ...stats })),
    statuses: z.record(z.string(), z.int()),
    cells: z.array(z.object({ keyId: z.string(), route: z.string(), ...stats })).optional(),
    ...accountStanding,
  }),
});
