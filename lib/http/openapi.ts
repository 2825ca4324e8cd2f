import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Access, Operation } from './operation.ts';
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

/** What the gateway itself answers, before any function runs. */
const gatewayError = z.object({ message: z.string() }).meta({ id: 'GatewayError' });

const SECURITY: Readonly<Record<Access, Record<string, string[]>[]>> = {
  user: [{ token: [] }],
  admin: [{ token: [] }],
  key: [{ apiKey: [] }],
  public: [],
};

/** What an operation is about, by how its path begins. */
const TAGS: readonly (readonly [start: string, tag: string])[] = [
  ['/api/user/key', 'Keys'],
  ['/api/user/events/', 'Events'],
  ['/api/user/usage/', 'Usage'],
  ['/api/user/credits/', 'Credits'],
  ['/api/user/top-up/', 'Credits'],
  ['/api/billing/', 'Credits'],
  ['/api/plans', 'Credits'],
  ['/api/keys/verify', 'Verify'],
  ['/api/admin/', 'Admin'],
];

const tagOf = (path: string): string => TAGS.find(([start]) => path.startsWith(start))?.[1] ?? 'Service';

const json = (schema: z.ZodType, type = 'application/json') => ({ content: { [type]: { schema } } });

function responses({ access, status, response }: Operation): ZodOpenApiOperationObject['responses'] {
  const problems = { description: 'The problem.', ...json(problem, 'application/problem+json') };
  return {
    [`${status as 200}`]: { description: 'Success.', ...json(response) },
    ...(access !== 'public' && {
      '401': { description: 'No credential, or one that is not valid.', ...json(gatewayError) },
    }),
    ...(access === 'key' && { '403': { description: 'The key is refused.', ...json(gatewayError) } }),
    default: problems,
  };
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { id, summary, path, access, params, query, headers, body } = operation;
  return {
    operationId: id,
    tags: [tagOf(path)],
    summary,
    security: SECURITY[access],
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...(headers && { header: headers }) },
    ...(body && { requestBody: { required: true, ...json(body) } }),
    responses: responses(operation),
  };
}

/** The contract as an OpenAPI 3.1 document. */
export function openApiDocument(operations: readonly Operation[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const method = operation.method.toLowerCase() as 'get';
    paths[operation.path] = { ...paths[operation.path], [method]: describe(operation) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Sensei Keys',
      version,
      description: 'API keys, limits, credits and usage for the Sensei Store API.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An OpenID Connect ID token.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  });
}
