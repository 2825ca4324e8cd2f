import { type IncomingHttpHeaders, request as send } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Listening, listen } from '../../local/gateway/listen.ts';
import type { LocalSite } from '../../local/model.ts';
import { edgeFunction } from '../../local/site/edge-function.ts';
import { openSite, type Site } from '../../local/site/site.ts';
import { readStack } from '../../local/template.ts';
import { makeApp } from '../infra/support/synthesis.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000', issuer: 'http://127.0.0.1:4000/oidc' };
const SCRIPT = '/assets/index-1a2b3c4d.js';

let played: LocalSite;
let site: Site;
let server: Listening;
beforeAll(async () => {
  const { app } = makeApp({ 'aws:cdk:disable-asset-staging': false });
  const stack = readStack(app.synth().directory, PLACE);
  if (!stack.site) throw new Error('the stack has no site');
  played = stack.site;
  const orders = { routeKey: 'GET /orders/{id}', functionName: 'orders', timeoutMs: 1 };
  site = openSite(played, [...stack.api.routes, orders]);
  server = await listen((request, response) => {
    if (site.takes(request)) return site.listener(request, response);
    response.writeHead(418).end('the API');
  });
});
afterAll(async () => {
  await server.close();
  await site.close();
});

/** Sends a path as it is written: `fetch` would tidy it up. */
const get = (where: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    send(`${server.url}/`, { path: where, method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    })
      .on('error', reject)
      .end();
  });

describe('the dashboard on this machine', () => {
  it.each(['/', '/index.html', '/keys', '/keys/01JD?tab=usage', '/users/ada@example.com', '/signed-in?code=c&state=s'])(
    'is the page at %s, which a browser asks for each time',
    async (where) => {
      const { status, headers, body } = await get(where);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html;charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache');
      expect(String(body)).toContain('<title>Sensei Keys</title>');
    },
  );

  it('serves files with hashed names for a year', async () => {
    const { status, headers } = await get(SCRIPT);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('tells the page that the provider of this machine signs people in, and where it signs them out', async () => {
    const { headers, body } = await get('/config.json');
    expect(headers['content-type']).toBe('application/json');
    expect(headers['cache-control']).toBe('no-cache');
    const config = JSON.parse(String(body));
    expect(config).toEqual({
      authority: 'http://127.0.0.1:4000/oidc',
      clientId: expect.any(String),
      scope: 'openid email profile',
      groupsClaim: 'cognito:groups',
      adminGroup: 'admin',
      apiUrl: '',
      logoutUrl: `http://127.0.0.1:4000/oidc/logout?client_id=${config.clientId}&logout_uri=http://127.0.0.1:4000/`,
    });
  });

  it('has the headers of the template on every answer, but that which needs TLS', async () => {
    for (const where of ['/', SCRIPT, '/config.json', '/assets/none.js']) {
      const { headers } = await get(where);
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['content-security-policy']).toContain("connect-src 'self' http://127.0.0.1:4000/oidc/ ");
      expect(headers['content-security-policy']).not.toContain('amazon');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'strict-origin-when-cross-origin',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
    expect(played.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it('compresses as the browser asks', async () => {
    const plain = await get(SCRIPT);
    const [brotli, gzip] = [
      await get(SCRIPT, { 'accept-encoding': 'gzip, br' }),
      await get(SCRIPT, { 'accept-encoding': 'gzip' }),
    ];
    expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    expect(brotli.headers.vary).toBe('Accept-Encoding');
    expect(brotli.body.length).toBeLessThan(plain.body.length / 4);
  });

  it('answers 304 to who has the file already, and HEAD without a body', async () => {
    const { headers } = await get('/');
    expect(await get('/', { 'if-none-match': String(headers.etag) })).toMatchObject({ status: 304, body: Buffer.of() });
    const head = await get('/', {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: Buffer.of() });
    expect(head.headers['content-length']).toBe(headers['content-length']);
  });

  it.each([
    '/assets/none.js',
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets//../../../package.json',
    '/%00.json',
    '/%E0%A4%A.json',
    '//etc/passwd.txt',
  ])('has no file at %s, as the bucket has none', async (where) => {
    const { status, body } = await get(where);
    expect(status).toBe(403);
    expect(String(body)).toContain('AccessDenied');
  });

  it.each([
    ['GET', '/api/health'],
    ['GET', '/api/none'],
    ['GET', '/api/user/key/a.js'],
    ['GET', '/orders/7'],
    ['POST', '/'],
    ['OPTIONS', '/keys'],
  ])('leaves %s %s to the API', async (method, where) => {
    expect(await get(where, {}, method)).toMatchObject({ status: 418 });
  });
});

it('a stack without a distribution has no dashboard', () => {
  expect(readStack(inject('shop'), PLACE).site).toBeUndefined();
});

describe('a function at the edge', () => {
  it('that answers by itself, or is none, is named as not played', () => {
    expect(() => edgeFunction('var x = 1')).toThrow('a CloudFront function has no handler');
    const answering = edgeFunction('function handler() { return { statusCode: 301 } }');
    expect(() => answering({ method: 'GET', uri: '/' })).toThrow('is not played here');
  });

  it('reaches nothing of this process', () => {
    const curious = edgeFunction(
      'function handler(e) { e.request.uri = typeof process + typeof require; return e.request }',
    );
    expect(curious({ method: 'GET', uri: '/' })).toBe('undefinedundefined');
  });
});

it('a dashboard whose files are gone answers what is missing', async () => {
  const [content] = played.content;
  if (!content) throw new Error('the site has no content');
  const gone = openSite({ ...played, content: [{ ...content, directory: '/no/such/directory' }] }, []);
  const broken = await listen(gone.listener);
  try {
    const answer = await fetch(broken.url);
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('/no/such/directory')]);
  } finally {
    await broken.close();
    await gone.close();
  }
});
