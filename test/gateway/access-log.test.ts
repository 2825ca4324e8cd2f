import { afterEach, describe, expect, test } from 'vitest';
import type { LambdaAuthorizer } from '../../local/model.ts';
import { type Harness, startGateway } from './support/harness.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

const AUTHORIZER: LambdaAuthorizer = {
  type: 'lambda',
  functionName: 'authorize',
  payloadFormatVersion: '2.0',
  simpleResponses: true,
  identitySource: ['$request.header.x-api-key'],
  cacheTtlSeconds: 0,
};

async function start(logFormat: string, clock?: () => number): Promise<Harness> {
  const harness = await startGateway({
    functions: {
      echo: `export const handler = async () => ({ statusCode: 201, body: 'four' });`,
      authorize: `export const handler = async ({ identitySource: [keyId] }) =>
        ({ isAuthorized: keyId !== 'no', context: { keyId, flag: true, list: [1] } });`,
    },
    routes: [{ routeKey: 'GET /open/{proxy+}' }, { routeKey: 'GET /closed', authorizer: AUTHORIZER }],
    logFormat,
    ...(clock && { clock }),
  });
  cleanUp.push(harness.close);
  return harness;
}

const json = (...names: string[]) =>
  JSON.stringify(Object.fromEntries(names.map((name) => [name, `$context.${name}`])));

describe('the access log', () => {
  test('has one line a request, with each variable by its value', async () => {
    const at = Date.UTC(2026, 6, 10, 19, 19, 5);
    let ticks = 0;
    // Four readings a request: received, integration begun and ended, answered.
    const harness = await start(
      json(
        'requestId',
        'extendedRequestId',
        'requestTime',
        'requestTimeEpoch',
        'httpMethod',
        'path',
        'routeKey',
        'protocol',
        'stage',
        'status',
        'responseLength',
        'responseLatency',
        'integrationLatency',
        'integrationStatus',
        'integration.status',
        'identity.sourceIp',
        'identity.userAgent',
        'accountId',
        'apiId',
        'error.message',
        'authorizer.keyId',
      ),
      () => at + 10 * ticks++,
    );
    const { headers } = await harness.send('GET', '/open/a%20b', ['user-agent', 'u/1']);
    expect(harness.accessLog.map((line) => JSON.parse(line))).toEqual([
      {
        requestId: headers['apigw-requestid'],
        extendedRequestId: headers['apigw-requestid'],
        requestTime: '10/Jul/2026:19:19:05 +0000',
        requestTimeEpoch: String(at),
        httpMethod: 'GET',
        path: '/open/a b',
        routeKey: 'GET /open/{proxy+}',
        protocol: 'HTTP/1.1',
        stage: '$default',
        status: '201',
        responseLength: '4',
        responseLatency: '30',
        integrationLatency: '10',
        integrationStatus: '200',
        'integration.status': '201',
        'identity.sourceIp': '127.0.0.1',
        'identity.userAgent': 'u/1',
        accountId: '123456789012',
        apiId: 'abc123',
        'error.message': '-',
        'authorizer.keyId': '-',
      },
    ]);
  });

  test.each([
    ['/closed', ['x-api-key', 'k1'], '201 GET /closed k1 true - - -'],
    ['/closed', [], '401 GET /closed - - - Unauthorized identity source missing'],
    ['/closed', ['x-api-key', 'no'], '403 GET /closed - - - Forbidden -'],
    ['/nowhere', [], '404 - - - - Not Found -'],
    ['/open/%', [], '400 - - - - Bad Request -'],
  ])('has a line for %s %j', async (path, headers, line) => {
    const harness = await start(
      '$context.status $context.routeKey $context.authorizer.keyId $context.authorizer.flag $context.authorizer.list $context.error.message $context.authorizer.error',
    );
    await harness.send('GET', path, headers);
    expect(harness.accessLog).toEqual([line]);
  });

  test('quotes error.messageString itself', async () => {
    const harness = await start('{"error":$context.error.messageString}');
    await harness.send('GET', '/nowhere');
    await harness.send('GET', '/open/a');
    expect(harness.accessLog).toEqual(['{"error":"Not Found"}', '{"error":"-"}']);
  });

  test.each(['nothing', 'authorizer.constructor', 'authorizer.__proto__', 'constructor'])(
    'shows "-" for $context.%s, which has no value',
    async (name) => {
      const harness = await start(`$context.${name}`);
      await harness.send('GET', '/open/a');
      expect(harness.accessLog).toEqual(['-']);
    },
  );

  test.each([
    ['ends the string and adds a field', 'x","status":"500', 'x","status":"500'],
    ['has a backslash at its end', 'x\\', 'x\\'],
    ['names a variable', '$context.requestId', '$context.requestId'],
    ['has the patterns of a replacement', "$& $1 $' $$", "$& $1 $' $$"],
    ['has a tab', 'a\tb', 'a\tb'],
  ])('cannot be broken or forged by a user agent that %s', async (_how, userAgent, logged) => {
    const harness = await start(json('status', 'identity.userAgent'));
    await harness.send('GET', '/open/a', ['user-agent', userAgent]);
    expect(harness.accessLog.map((line) => JSON.parse(line))).toEqual([
      { status: '201', 'identity.userAgent': logged },
    ]);
  });

  test.each(['%22,%22status%22:%22500', '%0A%7B%7D', '%00', '%5C'])(
    'cannot be broken or forged by a path of %s',
    async (path) => {
      const harness = await start(json('status', 'path'));
      await harness.send('GET', `/open/${path}`);
      const [line = ''] = harness.accessLog;
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toEqual({ status: '201', path: `/open/${decodeURIComponent(path)}` });
    },
  );
});
