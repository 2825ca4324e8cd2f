import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../api/support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** What is answered to a page that knows the server by some name, and asks it for what is there for this machine alone. */
async function statusOf(path: string, host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asking = request(service.instance.url + path, { headers: { host } }, (response) => {
    resolve(response.statusCode);
    response.destroy();
  });
  asking.on('error', reject).end();
  return promise;
}

const OWN = ['/oidc/.well-known/openid-configuration', '/_events', '/_logs'];

test.each(OWN)('%s is not for a web site that lets a name of its own lead here', async (path) => {
  const { port } = new URL(service.instance.url);
  for (const host of [`evil.example:${port}`, 'localhost.evil.example', '[::1']) {
    expect(await statusOf(path, host), host).toBe(421);
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) expect(await statusOf(path, host), host).toBe(200);
});

test('the gateway is known by any name, as it is in AWS', async () => {
  expect(await statusOf('/api/health', 'keys.example.com')).toBe(200);
});
