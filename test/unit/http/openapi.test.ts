import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../lib/http/contract/operations.ts';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { PROBLEMS } from '../../../lib/http/problem.ts';

const json = (path: string) => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));

const served = json('docs/openapi.json');

describe('docs/openapi.json', () => {
  test('is what `npm run openapi` makes of the contract', () => {
    const generated = openApiDocument(OPERATIONS, json('package.json').version);
    expect(served).toEqual(JSON.parse(JSON.stringify(generated)));
  });

  test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('describes %s', (id, operation) => {
    const described = served.paths[operation.path]?.[operation.method.toLowerCase()];
    expect(described).toMatchObject({ operationId: id, summary: operation.summary });
    const schemes = { user: ['token'], admin: ['token'], key: ['apiKey'], public: [] }[operation.access];
    expect(described.security.flatMap(Object.keys)).toEqual(schemes);
    expect(described.responses).toHaveProperty(String(operation.status));
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters: { in: string; name: string }[] = described.parameters ?? [];
    expect(parameters.filter((it) => it.in === 'path').map(({ name }) => name)).toEqual(inPath);
  });

  test('describes nothing else', () => {
    const described = Object.values<object>(served.paths).flatMap(Object.keys);
    expect(described).toHaveLength(OPERATIONS.length);
    expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
  });

  test.each(['/api/user/events/{email}', '/api/user/credits/{email}', '/api/admin/users'])(
    'bounds a page of %s',
    (path) => {
      const parameters: { name: string; schema: object }[] = served.paths[path].get.parameters;
      expect(parameters.find(({ name }) => name === 'limit')).toMatchObject({
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
      });
    },
  );

  test('closes what is sent, and leaves room in what is answered', () => {
    const { requestBody, responses } = served.paths['/api/admin/user/{email}/plan'].put;
    expect(requestBody.content['application/json'].schema.additionalProperties).toBe(false);
    expect(responses[200].content['application/json'].schema).not.toHaveProperty('additionalProperties');
  });

  test('names every problem code', () => {
    expect(served.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(PROBLEMS));
  });
});
