import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { responses } from './openapi-responses.ts';
import type { Access, Operation } from './operation.ts';

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

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { id, summary, path, access, params, query, headers, body } = operation;
  return {
    operationId: id,
    tags: [tagOf(path)],
    summary,
    security: SECURITY[access],
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...(headers && { header: headers }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responses(operation),
  };
}

/** Fields may be added to what is answered: only what is sent may have no other. */
const open: ZodOpenApiOverride = ({ zodSchema: { _zod }, jsonSchema, io }) => {
  if (io === 'output' && _zod.def.type === 'object' && !_zod.def.catchall) delete jsonSchema.additionalProperties;
};

/** The contract as an OpenAPI 3.1 document. */
export function openApiDocument(operations: readonly Operation[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const method = operation.method.toLowerCase() as 'get';
    paths[operation.path] = { ...paths[operation.path], [method]: describe(operation) };
  }
  return createDocument(
    {
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
    },
    { override: open },
  );
}
