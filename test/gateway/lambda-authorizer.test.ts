import { afterEach, describe, expect, test } from 'vitest';
import { parsePolicy, permitsInvoke } from '../../local/gateway/policy.ts';
import type { InvokeResult } from '../../local/lambda/runtime.ts';
import type { LambdaAuthorizer } from '../../local/model.ts';
import { ECHO } from './support/functions.ts';
import { ACCOUNT, type Harness, REGION, type Setup, startGateway } from './support/harness.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

const SIMPLE: LambdaAuthorizer = {
  type: 'lambda',
  functionName: 'authorize',
  payloadFormatVersion: '2.0',
  simpleResponses: true,
  identitySource: ['$request.header.X-API-Key'],
  cacheTtlSeconds: 0,
};
const IAM = { ...SIMPLE, simpleResponses: false };
const IAM_V1 = { ...IAM, payloadFormatVersion: '1.0' as const };
const ARN = `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc123/$default`;
const KEY = ['x-api-key', 'k1'];

/** @param source the body of the authorizer, of `event` and the number of the call `n`. */
async function start(
  source: string,
  authorizer: LambdaAuthorizer = SIMPLE,
  setup: Partial<Setup> = {},
): Promise<Harness> {
  const harness = await startGateway({
    functions: {
      echo: ECHO,
      authorize: `let n = 0; export const handler = async (event) => { n++; ${source} };`,
    },
    routes: [
      { routeKey: 'ANY /things/{id}', authorizer },
      { routeKey: 'ANY /other', authorizer: { ...authorizer } },
      { routeKey: 'GET /open' },
    ],
    logFormat: '$context.status|$context.authorizer.keyId|$context.authorizer.n|$context.authorizer.error',
    ...setup,
  });
  cleanUp.push(harness.close);
  return harness;
}

const allow = (context: string) => `return { isAuthorized: true, context: ${context} };`;
const policy = (...statements: object[]) =>
  `return { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: ${JSON.stringify(statements)} }, context: { n } };`;
const statement = (Effect: string, Resource: unknown = '*', Action: unknown = 'execute-api:Invoke') => ({
  Effect,
  Resource,
  Action,
});

describe('the event of an authorizer', () => {
  test('of format 2.0 has every documented field, none that would be empty, and the ids of the integration', async () => {
    const harness = await start(allow('{ event }'));
    const { event, headers } = await harness.send('GET', '/things/a%40b?x=1&x=2', [
      ...KEY,
      'cookie',
      'a=1',
      'user-agent',
      'u',
    ]);
    const { lambda } = event.requestContext.authorizer as { lambda: { event: Record<string, unknown> } };
    const { body: _body, isBase64Encoded: _flag, requestContext, ...shared } = event;
    const { authorizer: _authorizer, ...context } = requestContext;
    expect(lambda.event).toEqual({
      ...shared,
      type: 'REQUEST',
      routeArn: `${ARN}/GET/things/a@b`,
      identitySource: ['k1'],
      requestContext: context,
    });
    expect(context.requestId).toBe(headers['apigw-requestid']);
    expect(lambda.event).toMatchObject({
      cookies: ['a=1'],
      queryStringParameters: { x: '1,2' },
      pathParameters: { id: 'a@b' },
    });
  });

  test('of format 2.0 leaves out what is empty', async () => {
    const harness = await start(allow('{ fields: Object.keys(event) }'));
    const { event } = await harness.send('GET', '/other', KEY);
    expect(event.requestContext.authorizer).toEqual({
      lambda: {
        fields: [
          'version',
          'type',
          'routeArn',
          'identitySource',
          'routeKey',
          'rawPath',
          'rawQueryString',
          'headers',
          'requestContext',
        ],
      },
    });
  });

  test('of format 1.0 has the shape of a REST API, its identity sources in one string', async () => {
    const source = `return { principalId: 'p', policyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, context: { event } };`;
    const authorizer = { ...IAM_V1, identitySource: ['$request.header.X-API-Key', '$request.querystring.q'] };
    const harness = await start(source, authorizer);
    const { event } = await harness.send('POST', '/things/7?q=z', [...KEY, 'cookie', 'a=1']);
    expect(event.requestContext.authorizer).toMatchObject({
      lambda: {
        principalId: 'p',
        event: {
          version: '1.0',
          type: 'REQUEST',
          methodArn: `${ARN}/POST/things/7`,
          identitySource: 'k1,z',
          authorizationToken: 'k1,z',
          resource: '/things/{id}',
          path: '/things/7',
          httpMethod: 'POST',
          headers: { 'x-api-key': 'k1', cookie: 'a=1' },
          queryStringParameters: { q: 'z' },
          pathParameters: { id: '7' },
          requestContext: {
            requestId: event.requestContext.requestId,
            stage: '$default',
            identity: { sourceIp: '127.0.0.1' },
          },
        },
      },
    });
  });
});

describe('an identity source', () => {
  test.each([
    ['header', '$request.header.X-API-Key', '/other', []],
    ['header, when empty', '$request.header.X-API-Key', '/other', ['x-api-key', '']],
    ['query parameter', '$request.querystring.key', '/other?Key=1', KEY],
    ['query parameter, when empty', '$request.querystring.key', '/other?key=', KEY],
    ['stage variable', '$stageVariables.x', '/other', KEY],
    ['header named like a property of objects', '$request.header.constructor', '/other', KEY],
  ])('that is missing (%s) is 401, and nothing is invoked', async (_kind, source, target, headers) => {
    const harness = await start(allow('{}'), { ...SIMPLE, identitySource: [source] });
    const answer = await harness.send('GET', target, headers);
    expect([answer.status, answer.json]).toEqual([401, { message: 'Unauthorized' }]);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect([harness.invocations('authorize'), harness.invocations('echo')]).toEqual([0, 0]);
  });

  test.each([
    ['$request.header.x-api-KEY', '/other', 'k1'],
    ['$request.querystring.key', '/other?key=a+b', 'a b'],
    ['$context.routeKey', '/other', 'ANY /other'],
    ['$context.httpMethod', '/other', 'GET'],
  ])('%s is passed to the authorizer', async (source, target, value) => {
    const harness = await start(allow('{ it: event.identitySource }'), { ...SIMPLE, identitySource: [source] });
    const { event } = await harness.send('GET', target, KEY);
    expect(event.requestContext.authorizer).toEqual({ lambda: { it: [value] } });
  });

  test('need not be: the authorizer then always runs', async () => {
    const harness = await start(allow(`{ has: 'identitySource' in event }`), { ...SIMPLE, identitySource: [] });
    expect((await harness.send('GET', '/other')).event.requestContext.authorizer).toEqual({ lambda: { has: false } });
  });

  test('of several, all must be there', async () => {
    const harness = await start(allow('{}'), { ...SIMPLE, identitySource: ['$request.header.a', '$request.header.b'] });
    expect((await harness.send('GET', '/other', ['a', '1'])).status).toBe(401);
    expect((await harness.send('GET', '/other', ['a', '1', 'b', '2'])).status).toBe(200);
  });
});

describe('a simple response', () => {
  test('that allows passes its context on, types preserved', async () => {
    const context = { keyId: 'key_1', n: 5, flag: true, list: ['a', 1], map: { deep: null } };
    const harness = await start(allow(JSON.stringify(context)));
    expect((await harness.send('GET', '/other', KEY)).event.requestContext.authorizer).toEqual({ lambda: context });
    expect(harness.accessLog).toEqual(['200|key_1|5|-']);
  });

  test('without context is null in the event; a route without authorizer has no such field', async () => {
    const harness = await start('return { isAuthorized: true };');
    expect((await harness.send('GET', '/other', KEY)).event.requestContext.authorizer).toEqual({ lambda: null });
    expect((await harness.send('GET', '/open')).event.requestContext).not.toHaveProperty('authorizer');
  });

  test('that denies is 403, the function does not run, and its context is not logged', async () => {
    const harness = await start(`return { isAuthorized: false, context: { keyId: 'key_1' } };`);
    const answer = await harness.send('GET', '/other', KEY);
    expect([answer.status, answer.json]).toEqual([403, { message: 'Forbidden' }]);
    expect(harness.invocations('echo')).toBe(0);
    expect(harness.accessLog).toEqual(['403|-|-|-']);
  });

  test.each([
    ['nothing', 'return;'],
    ['a string', `return 'yes';`],
    ['an array', 'return [true];'],
    ['no isAuthorized', 'return { context: {} };'],
    ['a string for isAuthorized', `return { isAuthorized: 'false' };`],
    ['a string for the context', `return { isAuthorized: true, context: 'x' };`],
    ['an array for the context', 'return { isAuthorized: true, context: [] };'],
    ['a policy', policy(statement('Allow'))],
  ])('of %s is malformed: 500, and the function does not run', async (_what, source) => {
    const harness = await start(source);
    const answer = await harness.send('GET', '/other', KEY);
    expect([answer.status, answer.json]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(harness.invocations('echo')).toBe(0);
    expect(harness.accessLog).toEqual(['500|-|-|the response of the authorizer is malformed']);
  });
});

describe('an authorizer that fails', () => {
  test.each([
    ['throws', `throw new Error('oh');`, 'oh'],
    ['throws Unauthorized', `throw new Error('Unauthorized');`, 'Unauthorized'],
    ['exits', 'process.exit(1);', 'Runtime exited with exit status 1'],
  ])('(%s) is 500, and the function does not run', async (_how, source, logged) => {
    const harness = await start(source);
    const answer = await harness.send('GET', '/other', KEY);
    expect([answer.status, answer.json]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(harness.invocations('echo')).toBe(0);
    expect(harness.accessLog).toEqual([`500|-|-|${logged}`]);
  });

  test('to answer within ten seconds is 500', async () => {
    const waits: (number | undefined)[] = [];
    const invoke = async (_name: string, _event: unknown, limits?: { timeoutMs?: number }): Promise<InvokeResult> => {
      waits.push(limits?.timeoutMs);
      return { invokeError: 'TimedOut' };
    };
    const harness = await start('', SIMPLE, { invoke });
    expect((await harness.send('GET', '/other', KEY)).status).toBe(500);
    expect(waits).toEqual([10_000]);
  });

  test('is not remembered', async () => {
    const harness = await start(`if (n === 1) throw new Error('once'); ${allow('{ n }')}`, {
      ...SIMPLE,
      cacheTtlSeconds: 60,
    });
    const statuses = [await harness.send('GET', '/other', KEY), await harness.send('GET', '/other', KEY)];
    expect(statuses.map(({ status }) => status)).toEqual([500, 200]);
  });
});

describe('verdicts are cached', () => {
  test('not at all when the time to live is 0', async () => {
    const harness = await start(allow('{ n }'));
    for (let i = 0; i < 3; i++) await harness.send('GET', '/other', KEY);
    expect(harness.invocations('authorize')).toBe(3);
  });

  test.each([
    ['allows', allow(`{ n, keyId: 'key_1' }`), 200, '200|key_1|1|-'],
    ['denies', 'return { isAuthorized: false };', 403, '403|-|-|-'],
  ])('by identity, for every route and until the time to live ends (%s)', async (_what, source, status, logged) => {
    let now = 0;
    const harness = await start(source, { ...SIMPLE, cacheTtlSeconds: 60 }, { clock: () => now });
    for (const path of ['/other', '/other?x', '/things/1']) {
      expect((await harness.send('GET', path, KEY)).status).toBe(status);
    }
    expect(harness.invocations('authorize')).toBe(1);
    expect(new Set(harness.accessLog)).toEqual(new Set([logged]));

    await harness.send('GET', '/other', ['x-api-key', 'k2']);
    expect(harness.invocations('authorize')).toBe(2);
    now = 59_999;
    await harness.send('GET', '/other', KEY);
    expect(harness.invocations('authorize')).toBe(2);
    now = 60_000;
    await harness.send('GET', '/other', KEY);
    expect(harness.invocations('authorize')).toBe(3);
  });

  test('as policies, judged anew for each route', async () => {
    const harness = await start(policy(statement('Allow', `${ARN}/GET/other`)), { ...IAM, cacheTtlSeconds: 60 });
    const statuses = [];
    for (const path of ['/other', '/things/1']) statuses.push((await harness.send('GET', path, KEY)).status);
    expect(statuses).toEqual([200, 403]);
    expect(harness.invocations('authorize')).toBe(1);
  });
});

describe('an IAM response', () => {
  test.each([IAM, IAM_V1])('allows and denies (format $payloadFormatVersion)', async (authorizer) => {
    const harness = await start(policy(statement('Allow'), statement('Deny', `${ARN}/DELETE/*`)), authorizer);
    const allowed = await harness.send('GET', '/other', KEY);
    expect(allowed.event.requestContext.authorizer).toEqual({ lambda: { principalId: 'p', n: 1 } });
    const denied = await harness.send('DELETE', '/other', KEY);
    expect([denied.status, denied.json]).toEqual([403, { message: 'Forbidden' }]);
  });

  test.each([
    ['a simple response', allow('{}')],
    ['no principal', `return { policyDocument: { Statement: [] } };`],
    ['no policy', `return { principalId: 'p' };`],
    ['no statement', `return { principalId: 'p', policyDocument: {} };`],
    ['another effect', policy(statement('Perhaps'))],
    ['no resource', policy({ Effect: 'Allow', Action: '*' })],
  ])('of %s is malformed: 500', async (_what, source) => {
    const harness = await start(source, IAM);
    expect((await harness.send('GET', '/other', KEY)).status).toBe(500);
    expect(harness.invocations('echo')).toBe(0);
  });

  test.each([
    ['nothing said', [], false],
    ['allowed', [statement('Allow')], true],
    ['explicitly denied, whatever the order', [statement('Deny'), statement('Allow')], false],
    ['explicitly denied, whatever the order', [statement('Allow'), statement('Deny')], false],
    ['exact resource', [statement('Allow', 'a:b/GET/x/y')], true],
    ['another resource', [statement('Allow', 'a:b/GET/x')], false],
    ['star across slashes', [statement('Allow', 'a:b/*/y')], true],
    ['star for nothing', [statement('Allow', 'a:b/GET/x/y*')], true],
    ['question mark for one character', [statement('Allow', 'a:b/GET/?/y')], true],
    ['question mark is not none', [statement('Allow', 'a:b/GET/x/y?')], false],
    ['a dot is a dot', [statement('Allow', 'a.b/GET/x/y')], false],
    ['one of several resources', [statement('Allow', ['z', 'a:b/GET/*'])], true],
    ['action by star', [statement('Allow', '*', 'execute-api:*')], true],
    ['action in another case', [statement('Allow', '*', 'EXECUTE-API:invoke')], true],
    ['another action', [statement('Allow', '*', 'execute-api:ManageConnections')], false],
    ['a conditional allow', [{ ...statement('Allow'), Condition: {} }], false],
    ['a conditional deny', [statement('Allow'), { ...statement('Deny'), Condition: {} }], false],
  ])('%s', (_what, statements, expected) => {
    const parsed = parsePolicy({ Version: '2012-10-17', Statement: statements });
    expect(parsed && permitsInvoke(parsed, 'a:b/GET/x/y')).toBe(expected);
  });
});

test('a route that does not exist is 404 before any authorizer runs', async () => {
  const harness = await start(allow('{}'));
  expect((await harness.send('GET', '/nowhere', KEY)).status).toBe(404);
  expect(harness.invocations('authorize')).toBe(0);
});
