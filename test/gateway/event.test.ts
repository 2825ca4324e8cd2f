import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clfTime } from '../../local/gateway/event.ts';
import { ECHO } from './support/functions.ts';
import { ACCOUNT, type Harness, startGateway } from './support/harness.ts';

const NOW = Date.UTC(2026, 6, 10, 19, 19, 5, 42);

let gateway: Harness;
beforeAll(async () => {
  gateway = await startGateway({
    functions: { echo: ECHO },
    routes: [{ routeKey: 'ANY /plain' }, { routeKey: 'ANY /items/{id}' }, { routeKey: '$default' }],
    clock: () => NOW,
  });
});
afterAll(() => gateway.close());

describe('the event of an integration', () => {
  test('has every documented field, and none of those that would be empty', async () => {
    const { event, headers } = await gateway.send('GET', '/plain', ['User-Agent', 'test/1']);
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'ANY /plain',
      rawPath: '/plain',
      rawQueryString: '',
      headers: {
        host: `127.0.0.1:${gateway.port}`,
        'user-agent': 'test/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-6a5145a9-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(gateway.port),
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: ACCOUNT,
        apiId: 'abc123',
        domainName: `127.0.0.1:${gateway.port}`,
        domainPrefix: '127',
        http: { method: 'GET', path: '/plain', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test/1' },
        requestId: headers['apigw-requestid'],
        routeKey: 'ANY /plain',
        stage: '$default',
        time: '10/Jul/2026:19:19:05 +0000',
        timeEpoch: NOW,
      },
      isBase64Encoded: false,
    });
  });

  test('has a request id of fifteen characters and "=", another for each request', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => (await gateway.send('GET', '/plain')).event.requestContext.requestId),
    );
    for (const id of ids) expect(id).toMatch(/^[\w+/]{15}=$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('names the route $default for a request that no other takes', async () => {
    const { event } = await gateway.send('PUT', '/elsewhere');
    expect(event).toMatchObject({ routeKey: '$default', requestContext: { routeKey: '$default' } });
    expect(event).not.toHaveProperty('pathParameters');
  });

  test('has header names in lower case, repeated ones joined by a comma', async () => {
    const { event } = await gateway.send('GET', '/plain', ['X-Twice', 'first', 'x-TWICE', 'second', '__proto__', 'p']);
    expect(event.headers).toMatchObject({ 'x-twice': 'first,second' });
    expect(Object.keys(event.headers)).toContain('__proto__');
  });

  test('has cookies of their own, and no cookie header', async () => {
    const { event } = await gateway.send('GET', '/plain', ['Cookie', 'session=abc123; theme=dark', 'Cookie', 'a=b']);
    expect(event.cookies).toEqual(['session=abc123', 'theme=dark', 'a=b']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('leaves out headers of the connection', async () => {
    const { event } = await gateway.send('GET', '/plain', ['Connection', 'close', 'TE', 'trailers', 'Keep-Alive', 'x']);
    for (const name of ['connection', 'te', 'keep-alive']) expect(event.headers).not.toHaveProperty(name);
  });

  test('takes the source IP from the connection, never from X-Forwarded-For', async () => {
    const { event } = await gateway.send('GET', '/plain', ['X-Forwarded-For', '203.0.113.9']);
    expect(event.requestContext.http).toMatchObject({ sourceIp: '127.0.0.1' });
    expect(event.headers['x-forwarded-for']).toBe('203.0.113.9, 127.0.0.1');
  });

  test('has the query verbatim, and decoded as a form does, repeats joined by a comma', async () => {
    const rawQueryString =
      'repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=&q=a?b';
    const { event } = await gateway.send('GET', `/plain?${rawQueryString}`);
    expect(event).toMatchObject({
      rawQueryString,
      queryStringParameters: {
        repeat: 'one,two',
        redirect: 'https://example.com/a/b',
        literalPlus: 'a b',
        encodedPlus: 'a+b',
        empty: '',
        q: 'a?b',
      },
    });
  });

  test.each([0, 86_399_000, Date.UTC(2024, 1, 29, 23, 59, 59)])('has the time in Common Log Format: %d', (at) => {
    const [day, month, rest] = clfTime(at).split('/');
    expect(Date.parse(`${day} ${month} ${rest?.replace(':', ' ')}`)).toBe(at);
  });
});

describe('a body', () => {
  const JÖRG = Buffer.from('{"name":"Jörg"}');

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'TEXT/HTML',
    'application/xml',
    'application/javascript',
  ])('of type %s is text', async (type) => {
    const { event } = await gateway.send('POST', '/plain', ['content-type', type], JÖRG);
    expect(event).toMatchObject({ body: JÖRG.toString(), isBase64Encoded: false });
  });

  test.each([
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/problem+json',
    'application/jsonx',
    'image/png',
    undefined,
  ])('of type %s is base64', async (type) => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const { event } = await gateway.send('POST', '/plain', type ? ['content-type', type] : [], bytes);
    expect(event).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true });
  });

  test('that is empty is absent', async () => {
    const { event } = await gateway.send('POST', '/plain', ['content-type', 'image/png'], '');
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });
});

describe('too much', () => {
  const tooLarge = { status: 413, json: { message: 'Request Entity Too Large' } };

  test.each([
    ['over 6 MB as an event', 7 * 1024 * 1024],
    ['over 10 MB', 10 * 1024 * 1024 + 1],
  ])('a body %s is 413, and no function runs', async (_what, size) => {
    const before = gateway.invocations('echo');
    const { status, json } = await gateway.send('POST', '/plain', ['content-type', 'text/plain'], 'x'.repeat(size));
    expect({ status, json }).toEqual(tooLarge);
    expect(gateway.invocations('echo')).toBe(before);
  });

  test('a body in chunks, of no announced length, is 413 when it passes 10 MB', async () => {
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 11; i++) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    const response = await fetch(`${gateway.url}/plain`, { method: 'POST', body: chunks, duplex: 'half' });
    expect({ status: response.status, json: await response.json() }).toEqual(tooLarge);
  });

  test('a body of 5 MB passes', async () => {
    const { event } = await gateway.send('POST', '/plain', ['content-type', 'text/plain'], 'x'.repeat(5 * 1024 * 1024));
    expect(String(event.body).length).toBe(5 * 1024 * 1024);
  });

  test.each([
    [10_300, 431],
    [9_000, 200],
  ])('a header of %d bytes is %d', async (size, expected) => {
    expect((await gateway.send('GET', '/plain', ['x-long', 'x'.repeat(size)])).status).toBe(expected);
  });
});
