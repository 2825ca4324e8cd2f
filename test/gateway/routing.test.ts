import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRouter } from '../../local/gateway/router.ts';
import { ECHO } from './support/functions.ts';
import { type Harness, startGateway } from './support/harness.ts';

const ROUTE_KEYS = [
  'GET /pets',
  'GET /pets/{id}',
  'ANY /pets/{id}',
  'GET /pets/dog',
  'ANY /pets/{id}/toys',
  'GET /{proxy+}',
  'POST /files/{proxy+}',
];

const routerOf = (routeKeys: readonly string[]) =>
  createRouter(routeKeys.map((routeKey) => ({ routeKey, functionName: 'f', timeoutMs: 1 })));

describe('the most specific route wins', () => {
  test.each([
    ['GET', '/pets', 'GET /pets', {}],
    ['GET', '/pets/dog', 'GET /pets/dog', {}],
    ['POST', '/pets/dog', 'ANY /pets/{id}', { id: 'dog' }],
    ['GET', '/pets/1', 'GET /pets/{id}', { id: '1' }],
    ['DELETE', '/pets/1', 'ANY /pets/{id}', { id: '1' }],
    ['GET', '/pets/1/toys', 'ANY /pets/{id}/toys', { id: '1' }],
    ['GET', '/pets/1/other', 'GET /{proxy+}', { proxy: 'pets/1/other' }],
    ['POST', '/files/a/b.txt', 'POST /files/{proxy+}', { proxy: 'a/b.txt' }],
    ['GET', '/files/a/b.txt', 'GET /{proxy+}', { proxy: 'files/a/b.txt' }],
  ])('%s %s takes %s', (method, path, routeKey, pathParameters) => {
    const match = routerOf([...ROUTE_KEYS].reverse())(method, path);
    expect(match).toMatchObject({ route: { routeKey }, pathParameters });
  });

  test.each([
    ['POST', '/pets'],
    ['POST', '/files'],
    ['POST', '/files/'],
    ['POST', '/'],
    ['DELETE', '/pets/'],
    ['DELETE', '/pets/1/toys/2'],
    ['HEAD', '/pets'],
  ])('%s %s takes none', (method, path) => {
    expect(routerOf(ROUTE_KEYS)(method, path)).toBeUndefined();
    expect(routerOf([...ROUTE_KEYS, '$default'])(method, path)).toMatchObject({ route: { routeKey: '$default' } });
  });

  test('a route key that is none is refused by name', () => {
    expect(() => routerOf(['get pets'])).toThrow('"get pets"');
  });
});

describe('a path', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway({
      functions: { echo: ECHO },
      routes: [
        { routeKey: 'GET /users/{email}' },
        { routeKey: 'GET /users/{email}/keys' },
        { routeKey: 'ANY /all/{proxy+}' },
      ],
    });
  });
  afterAll(() => gateway.close());

  test.each([
    ['a%40b.com', 'a@b.com'],
    ['a@b.com', 'a@b.com'],
    ['a%2Bb@c.com', 'a+b@c.com'],
    ['a+b@c.com', 'a+b@c.com'],
    ['a%20b', 'a b'],
    ['a%252Fb', 'a%2Fb'],
    ['a%2541', 'a%41'],
    ['J%C3%B6rg', 'Jörg'],
    ['%F0%9F%94%91', '🔑'],
    ['%E2%82%ac', '€'],
    ['a%3Fb=c', 'a'],
    ['a%23b', 'a#b'],
    ['..', '..'],
  ])('is decoded once: %s is %s', async (encoded, email) => {
    const { status, event } = await gateway.send('GET', `/users/${encoded}`);
    expect(status).toBe(200);
    expect(event).toMatchObject({
      rawPath: `/users/${email}`,
      pathParameters: { email },
      requestContext: { http: { path: `/users/${email}` } },
    });
  });

  test('is split at an encoded slash', async () => {
    expect((await gateway.send('GET', '/users/a%2Fb')).status).toBe(404);
    expect((await gateway.send('GET', '/users/a%2Fkeys')).event).toMatchObject({
      routeKey: 'GET /users/{email}/keys',
      pathParameters: { email: 'a' },
    });
  });

  test.each(['/users/%', '/users/%zz', '/users/%C3', '/users/%ED%A0%80'])('%s is malformed: 400', async (target) => {
    const { status, json } = await gateway.send('GET', target);
    expect({ status, json }).toEqual({ status: 400, json: { message: 'Bad Request' } });
  });

  test('keeps its trailing slash, and its greedy parameter its slashes', async () => {
    expect((await gateway.send('GET', '/all/a//b/')).event).toMatchObject({
      rawPath: '/all/a//b/',
      pathParameters: { proxy: 'a//b/' },
    });
  });

  test('of an absolute URL is taken from it', async () => {
    expect((await gateway.send('GET', `${gateway.url}/users/a?q=1`)).event).toMatchObject({
      rawPath: '/users/a',
      rawQueryString: 'q=1',
    });
  });

  test.each([
    ['GET', '/nowhere'],
    ['POST', '/users/a'],
    ['GET', '/users/'],
    ['GET', '/users/a/'],
  ])('%s %s with no route is 404, also when the method alone is wrong', async (method, target) => {
    const before = gateway.invocations('echo');
    const { status, json, headers } = await gateway.send(method, target);
    expect({ status, json }).toEqual({ status: 404, json: { message: 'Not Found' } });
    expect(headers['content-type']).toBe('application/json');
    expect(gateway.invocations('echo')).toBe(before);
  });
});
