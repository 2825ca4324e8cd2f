import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cors, LambdaAuthorizer } from '../../local/model.ts';
import { type Harness, startGateway } from './support/harness.ts';

const CORS: Cors = {
  allowOrigins: ['https://app.example', 'http://*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: ['ratelimit'],
  allowCredentials: true,
  maxAgeSeconds: 300,
};

const AUTHORIZER: LambdaAuthorizer = {
  type: 'lambda',
  functionName: 'none',
  payloadFormatVersion: '2.0',
  simpleResponses: true,
  identitySource: ['$request.header.x-api-key'],
  cacheTtlSeconds: 0,
};

const start = (cors?: Cors) =>
  startGateway({
    functions: {
      echo: `export const handler = async () => ({
        statusCode: 200, body: 'ok', headers: { 'Access-Control-Allow-Origin': 'https://evil.example', 'access-control-max-age': '1', x: 'y' },
      });`,
    },
    routes: [{ routeKey: 'GET /open' }, { routeKey: 'ANY /closed', authorizer: AUTHORIZER }],
    ...(cors && { cors }),
    logFormat: '$context.httpMethod $context.status $context.routeKey',
  });

let gateway: Harness;
beforeAll(async () => {
  gateway = await start(CORS);
});
afterAll(() => gateway.close());

const preflight = (path: string, origin: string) =>
  gateway.send('OPTIONS', path, ['Origin', origin, 'Access-Control-Request-Method', 'POST']);

const corsHeaders = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('a preflight', () => {
  test.each(['/open', '/closed', '/nowhere'])(
    'of %s is answered by the gateway, without function, authorizer or route',
    async (path) => {
      const { status, headers, text } = await preflight(path, 'https://app.example');
      expect([status, text]).toEqual([204, '']);
      expect(corsHeaders(headers)).toEqual({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '300',
      });
      expect(gateway.invocations('echo')).toBe(0);
      expect(gateway.accessLog.at(-1)).toBe('OPTIONS 204 -');
    },
  );

  test.each(['https://evil.example', 'https://app.example.evil.example', 'null'])(
    'from %s gets no CORS header',
    async (origin) => {
      const { status, headers } = await preflight('/open', origin);
      expect(status).toBe(204);
      expect(corsHeaders(headers)).toEqual({});
    },
  );

  test('may come from any origin of a scheme', async () => {
    expect((await preflight('/open', 'http://localhost:5173')).headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
    });
  });

  test('is no OPTIONS request without the method it asks for', async () => {
    expect((await gateway.send('OPTIONS', '/open', ['Origin', 'https://app.example'])).status).toBe(404);
  });
});

describe('an answer', () => {
  test("has the configured headers in the place of the function's", async () => {
    const { headers } = await gateway.send('GET', '/open', ['Origin', 'https://app.example']);
    expect(headers.x).toBe('y');
    expect(corsHeaders(headers)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ratelimit',
    });
  });

  test.each([
    ['of no origin', []],
    ['of another origin', ['Origin', 'https://evil.example']],
  ])('%s has none', async (_which, sent) => {
    const { headers } = await gateway.send('GET', '/open', sent);
    expect(corsHeaders(headers)).toEqual({});
  });

  test.each([
    ['/closed', 401],
    ['/nowhere', 404],
  ])('that the gateway makes itself (%s) has them too', async (path, expected) => {
    const { status, headers } = await gateway.send('GET', path, ['Origin', 'https://app.example']);
    expect(status).toBe(expected);
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
  });
});

test('any origin is answered by a star', async () => {
  const open = await start({ ...CORS, allowOrigins: ['*'], allowCredentials: false });
  const { headers } = await open.send('GET', '/open', ['Origin', 'https://x.example']);
  expect(corsHeaders(headers)).toEqual({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'ratelimit',
  });
  await open.close();
});

test('without configuration, OPTIONS is routed and the headers of the function pass', async () => {
  const plain = await start();
  expect(
    (await plain.send('OPTIONS', '/open', ['Origin', 'https://x', 'Access-Control-Request-Method', 'GET'])).status,
  ).toBe(404);
  const { headers } = await plain.send('GET', '/open', ['Origin', 'https://x']);
  expect(corsHeaders(headers)).toEqual({
    'access-control-allow-origin': 'https://evil.example',
    'access-control-max-age': '1',
  });
  await plain.close();
});
