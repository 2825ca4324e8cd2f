import { once } from 'node:events';
import { Agent, IncomingMessage, request } from 'node:http';
import { connect, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../local/gateway/assumptions.ts';
import { readBody } from '../../local/gateway/body.ts';
import { type Harness, startGateway } from './support/harness.ts';

/** Returns what the body of the request says, as JSON. */
const ANSWER = 'export const handler = async (event) => JSON.parse(event.body ?? "null");';

let gateway: Harness;
beforeAll(async () => {
  gateway = await startGateway({
    functions: {
      answer: ANSWER,
      hang: 'export const handler = async () => new Promise(() => {});',
      fail: `export const handler = async () => { throw new Error('the reason'); };`,
      crash: 'export const handler = async () => process.exit(1);',
    },
    routes: [
      { routeKey: 'ANY /answer', functionName: 'answer' },
      { routeKey: 'GET /hang', functionName: 'hang', timeoutMs: 50 },
      { routeKey: 'GET /fail', functionName: 'fail' },
      { routeKey: 'GET /crash', functionName: 'crash' },
      { routeKey: 'GET /missing', functionName: 'missing' },
    ],
    logFormat: '$context.status|$context.integrationErrorMessage',
    onError: () => {},
  });
});
afterAll(() => gateway.close());

const answer = (value: unknown, method = 'POST') =>
  gateway.send(method, '/answer', ['content-type', 'application/json'], JSON.stringify(value));

describe('without statusCode', () => {
  test.each([
    [{ a: 1, headers: { x: 'y' } }, '{"a":1,"headers":{"x":"y"}}'],
    ['plain', 'plain'],
    [[1, 2], '[1,2]'],
    [7, '7'],
    [true, 'true'],
    [null, 'null'],
  ])('%j is 200, of type JSON, with the whole as its body', async (value, text) => {
    const got = await answer(value);
    expect([got.status, got.headers['content-type'], got.text]).toEqual([200, 'application/json', text]);
  });
});

describe('with statusCode', () => {
  test('a body of no type is text', async () => {
    const got = await answer({ statusCode: 201, body: '{}' });
    expect([got.status, got.headers['content-type'], got.text]).toEqual([201, 'text/plain; charset=utf-8', '{}']);
  });

  test('headers, cookies and unknown fields are read as documented', async () => {
    const got = await answer({
      statusCode: 200,
      headers: { 'Content-Type': 'text/html', 'X-Number': 5, 'Content-Length': '999', Connection: 'upgrade' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: 'ö',
      multiValueHeaders: { 'x-many': ['1'] },
    });
    expect(got.headers).toMatchObject({
      'content-type': 'text/html',
      'x-number': '5',
      'content-length': '2',
      'set-cookie': ['a=1; Path=/', 'b=2'],
      'apigw-requestid': expect.stringMatching(/^.{15}=$/),
      date: expect.any(String),
    });
    expect(got.headers).not.toHaveProperty('x-many');
    expect(got.headers.connection).not.toBe('upgrade');
    expect(got.text).toBe('ö');
  });

  test('a base64 body is decoded whatever its type', async () => {
    const bytes = Buffer.from([0, 255, 1]);
    const got = await answer({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true });
    expect(got.body).toEqual(bytes);
  });

  test('a body may be absent or null', async () => {
    expect((await answer({ statusCode: 204 })).text).toBe('');
    expect((await answer({ statusCode: 200, body: null })).text).toBe('');
  });

  test.each([
    [{ statusCode: 200.5 }],
    [{ statusCode: 0 }],
    [{ statusCode: 99 }],
    [{ statusCode: 600 }],
    [{ statusCode: '200' }],
    [{ statusCode: null }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: 'x' }],
    [{ statusCode: 200, headers: { x: ['y'] } }],
    [{ statusCode: 200, headers: { x: 'a\nb' } }],
    [{ statusCode: 200, headers: { 'a b': 'x' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('%j is malformed: 500', async (value) => {
    const { status, json } = await answer(value);
    expect({ status, json }).toEqual({ status: 500, json: { message: 'Internal Server Error' } });
  });
});

describe('a function that does not answer', () => {
  test.each([
    ['/fail', 500, 'Internal Server Error', 'the reason'],
    ['/crash', 500, 'Internal Server Error', 'Runtime exited with exit status 1'],
    ['/hang', 503, 'Service Unavailable', 'TimedOut'],
    ['/missing', 500, 'Internal Server Error', '-'],
  ])('%s is %d; the reason is in the access log alone', async (path, status, message, logged) => {
    const got = await gateway.send('GET', path);
    expect([got.status, got.json, got.headers['content-type']]).toEqual([status, { message }, 'application/json']);
    expect(gateway.accessLog.at(-1)).toBe(`${status}|${logged}`);
  });
});

describe('the connection', () => {
  test('need not end for a body that is too large to be refused', async () => {
    const message = new IncomingMessage(new Socket());
    message.push(Buffer.alloc(LIMITS.bodyBytes));
    message.push('x');
    expect(await readBody(message)).toMatchObject({ refusal: { status: 413 } });
  });

  test('that was dropped before the body is read is no wait without end', async () => {
    const message = new IncomingMessage(new Socket());
    message.destroy();
    await once(message, 'close');
    expect(await readBody(message)).toMatchObject({ refusal: { status: 400 } });
  });

  test('HEAD has the headers of the answer and no body', async () => {
    const got = await answer({ statusCode: 200, body: 'four' }, 'HEAD');
    expect([got.status, got.headers['content-length'], got.text]).toEqual([200, '4', '']);
  });

  test('is kept for the next request, also after an unread body', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = [];
    for (const path of ['/nowhere', '/nowhere']) {
      const sent = request({ port: gateway.port, host: '127.0.0.1', path, method: 'POST', agent });
      sent.end('x'.repeat(100_000));
      const [response] = await once(sent, 'response');
      ports.push(response.socket.localPort);
      response.resume();
      await once(response, 'end');
    }
    agent.destroy();
    expect(ports[0]).toBe(ports[1]);
  });

  test.each([
    ['while its body is read', 'POST /answer HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc', '400|-'],
    ['while its function runs', 'GET /hang HTTP/1.1\r\nhost: x\r\n\r\n', '503|TimedOut'],
  ])('may be dropped by the client %s: it is logged, and the gateway goes on', async (_when, text, logged) => {
    const before = gateway.accessLog.length;
    const socket = connect(gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(text, () => socket.destroy());
    await expect.poll(() => gateway.accessLog.slice(before)).toEqual([logged]);
    expect((await answer('fine')).text).toBe('fine');
  });
});
