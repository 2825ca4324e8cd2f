import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../api/support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(service.instance.url + path, { method, headers, redirect: 'manual' });

/** The status of a path that is sent as it is: `fetch` would tidy it up. */
const rawStatus = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.instance.url);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the dashboard, as the local gateway serves it,', () => {
  test.each(['/', '/keys', '/credits?checkout=success'])('is one page at %s', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('<div id="root">');
  });

  test('has the headers of the template, by which its page loads nothing from elsewhere', async () => {
    const { headers } = await get('/');
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain(`connect-src 'self' ${service.instance.issuer}`);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  test('is told by /config.json whom to sign in with', async () => {
    expect(await (await get('/config.json')).json()).toMatchObject({
      authority: service.instance.issuer,
      clientId: service.audience,
      groupsClaim: 'cognito:groups',
    });
  });

  test('has files that are kept for ever, compressed, and not sent again', async () => {
    const [file = ''] = /\/assets\/index-[^"]+\.js/.exec(await (await get('/')).text()) ?? [];
    const answer = await get(file, { 'accept-encoding': 'br' });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    const etag = answer.headers.get('etag') ?? '';
    expect((await get(file, { 'if-none-match': etag })).status).toBe(304);
    const head = await get(file, {}, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each(['/nothing.js', '/assets/../../package.json', '/..%2f..%2fpackage.json', '/.vite/manifest.json'])(
    'has no file %s',
    async (path) => {
      expect(await rawStatus(path)).toBe(404);
    },
  );

  test('takes no other method, and leaves the API its paths', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405);
    expect((await get('/api/none')).headers.get('content-type')).toBe('application/json');
  });
});
