import * as z from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Operation } from './operation.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** What the gateway itself answers, before any function runs or where one failed. */
const gatewayError = z.object({ message: z.string() }).meta({ id: 'GatewayError' });

const gateway = { 'application/json': { schema: gatewayError } };
const problems = { 'application/problem+json': { schema: problem } };

/** A header that is there or not, described once in the document. */
const header = <Schema extends z.ZodType>(schema: Schema, id: string, description: string) =>
  schema.optional().meta({ header: { id, description } });

const count = z.int().min(0);

const wwwAuthenticate = header(z.string(), 'WWW-Authenticate', 'Bearer by the gateway, ApiKey where a key is refused.');
const retryAfter = header(count, 'Retry-After', 'Seconds after which the same call may succeed: with 429 and 503.');

const etag = z.string().meta({ description: 'The version of the key as it is now, for If-Match.', example: '"7"' });

/** What an answer to an API key tells, unless it is the gateway's own: what is left, and of a secret that ends within 14 days. */
const ofKeys = {
  'RateLimit-Policy': header(
    z.string(),
    'RateLimit-Policy',
    'Each limit, its quota and window (draft-ietf-httpapi-ratelimit-headers-10).',
  ),
  RateLimit: header(z.string(), 'RateLimit', 'What each limit has left, and the seconds until its window ends.'),
  'X-RateLimit-Limit': header(count, 'X-RateLimit-Limit', 'Of the tightest limit.'),
  'X-RateLimit-Remaining': header(count, 'X-RateLimit-Remaining', 'Of the tightest limit.'),
  'X-RateLimit-Reset': header(count, 'X-RateLimit-Reset', 'Seconds until the window of the tightest limit ends.'),
  Deprecation: header(z.string(), 'Deprecation', 'Since when the presented secret should be replaced (RFC 9745).'),
  Sunset: header(z.string(), 'Sunset', 'When the presented secret ends (RFC 8594).'),
};

/** The answers of an operation: its success, and what its handler or the gateway before it says instead. */
export function responses({
  access,
  headers: sent,
  status,
  response,
  hasVersion = false,
}: Operation): ZodOpenApiResponsesObject {
  const isConditional = Object.hasOwn(sent?.shape ?? {}, 'if-match');
  const isForKeys = access === 'key';
  const told = isForKeys ? ofKeys : {};
  /** A person is refused by the gateway, a key that is known by its handler. */
  const refused = (description: string, headers = {}): ZodOpenApiResponseObject => ({
    description,
    headers: z.object({ ...headers, ...told }),
    content: { ...gateway, ...(isForKeys && problems) },
  });
  return {
    [`${status as 200}`]: {
      description: 'Success.',
      headers: z.object({ ...(hasVersion && { ETag: etag }), ...told }),
      content: { 'application/json': { schema: response } },
    },
    ...(access !== 'public' && {
      '401': refused('No credential, or one that is not valid.', { 'WWW-Authenticate': wwwAuthenticate }),
    }),
    ...(isForKeys && { '403': refused('The key is refused.') }),
    default: {
      description: 'The problem; as a bare message where the gateway answers itself.',
      headers: z.object({ 'Retry-After': retryAfter, ...(isConditional && { ETag: etag.optional() }), ...told }),
      content: { ...problems, ...gateway },
    },
  };
}
