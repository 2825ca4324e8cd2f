import { describe, expect, inject, test } from 'vitest';
import document from '../../docs/openapi.json' with { type: 'json' };
import { OPERATIONS } from '../../lib/http/contract/operations.ts';
import type { Access } from '../../lib/http/operation.ts';
import type { Authorizer, LocalRoute } from '../../local/model.ts';
import { readStack } from '../../local/template.ts';

const { routes } = readStack(inject('assembly'), {
  region: 'us-east-1',
  accountId: '000000000000',
  issuer: 'https://issuer.example.com',
}).api;

/** What stands before the handlers of each access. */
const AUTHORIZER: Readonly<Record<Access, Authorizer['type'] | undefined>> = {
  user: 'jwt',
  admin: 'jwt',
  key: 'lambda',
  public: undefined,
};

const SECURITY: Readonly<Record<Access, object[]>> = {
  user: [{ token: [] }],
  admin: [{ token: [] }],
  key: [{ apiKey: [] }],
  public: [],
};

interface Described {
  readonly operationId: string;
  readonly security: object[];
}

const described = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Described>).map(([method, it]) => [`${method.toUpperCase()} ${path}`, it]),
  ),
);
const contracted = new Map(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation]));
const deployed = new Map(routes.map((route) => [route.routeKey, route]));
const routeKeys = [...new Set([...deployed.keys(), ...contracted.keys(), ...described.keys()])].sort();

describe('the contract, its document and the template agree', () => {
  test.each(routeKeys)('%s is in all three, by one name', (routeKey) => {
    const operation = contracted.get(routeKey);
    expect(deployed.get(routeKey)?.functionName).toMatch(new RegExp(`(^|-)${operation?.id}$`));
    expect(described.get(routeKey)?.operationId).toBe(operation?.id);
  });

  test.each(OPERATIONS)('$method $path lets in $access, and nobody else', ({ method, path, access }) => {
    const routeKey = `${method} ${path}`;
    expect(deployed.get(routeKey)?.authorizer?.type).toBe(AUTHORIZER[access]);
    expect(described.get(routeKey)?.security).toEqual(SECURITY[access]);
  });

  test('no verdict about an API key is cached', () => {
    const ttl = ({ authorizer }: LocalRoute) => (authorizer?.type === 'lambda' ? [authorizer.cacheTtlSeconds] : []);
    expect(new Set(routes.flatMap(ttl))).toEqual(new Set([0]));
  });
});
