import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createVerifier, type VerifierOptions } from '../../lib/adapters/verify-client.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { type BackendTerms, FRAMEWORKS, startBackend } from './support/backends.ts';
import { send } from './support/http.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
/** The backends' own key. */
let own: string;
beforeAll(async () => {
  service = await startService();
  const token = await service.token('root@example.com', { admin: true });
  const body = { email: 'backend@example.com', scopes: ['keys:verify'] };
  own = (await service.call('POST /api/user/key', { token, body })).json.apiKey;
});
afterAll(() => service.close());

const ORDER = '/orders/17';
let users = 0;
const someone = () => signIn(service, `caller-${users++}@example.com`);

/** A backend in front of the real service, and what it logs. */
async function backendOf(
  framework: string,
  terms: Omit<BackendTerms, 'verifier'> = {},
  options: Partial<VerifierOptions> = {},
) {
  const log: string[] = [];
  const verifier = createVerifier({
    url: service.instance.url,
    apiKey: own,
    timeoutMs: 10_000,
    log: (line) => log.push(line),
    ...options,
  });
  const backend = await startBackend(framework, { verifier, ...terms });
  onTestFinished(() => backend.close());
  return { ...backend, log, get: (key?: string) => send(backend.origin, ORDER, { key }) };
}

describe.each(Object.keys(FRAMEWORKS))('a backend with %s', (framework) => {
  test('answers an accepted call, which was charged, and tells what is left', async () => {
    const ada = await someone();
    const made = (await ada.make({ rateLimits: [{ name: 'burst', limit: 9, windowSeconds: 3_600 }] })).json;
    const backend = await backendOf(framework, { cost: 2 });
    const answer = await backend.get(made.apiKey);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ email: ada.email, keyId: made.keyId });
    expect(answer.headers.get('ratelimit-policy')).toBe('"plan";q=600;w=60, "burst";q=9;w=3600');
    expect(answer.headers.get('ratelimit')).toMatch(/^"plan";r=598;t=\d+, "burst";r=7;t=\d+$/);
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('7');
    expect((await service.call('/api/whoami', { key: made.apiKey })).json.credits.total).toBe(9_998);
    expect(backend.log).toEqual([]);
  });

  test('hands the body of a request to its handler as it comes', async () => {
    const { apiKey } = (await (await someone()).make()).json;
    const backend = await backendOf(framework);
    const sent = randomBytes(1_000_000);
    const response = await fetch(`${backend.origin}/echo`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey },
      body: sent,
    });
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
    expect(response.headers.get('ratelimit')).not.toBeNull();
  });

  test('answers a refused call without waiting for its body', async () => {
    const backend = await backendOf(framework);
    const answer = await send(backend.origin, 'POST /echo', { body: 'x'.repeat(200_000) });
    expect(answer).toMatchObject({ status: 401, json: { code: 'invalid_key' } });
    expect(backend.handled()).toBe(0);
  });

  test.each<[string, object, Omit<BackendTerms, 'verifier'>, number, string, boolean]>([
    ['a key for other addresses', { allowedIps: ['192.0.2.0/24'] }, {}, 403, 'ip_denied', false],
    ['a key without the scope', { scopes: ['orders:read'] }, { scopes: ['orders:write'] }, 403, 'scope_denied', false],
    ['a call whose cost is above the limit', {}, { cost: 500_000 }, 429, 'rate_limited', false],
    [
      'a used-up rate limit',
      { rateLimits: [{ name: 'one', limit: 1, windowSeconds: 86_400 }] },
      {},
      429,
      'rate_limited',
      true,
    ],
    ['a used-up quota', { quota: { limit: 1, period: 'month' } }, {}, 429, 'quota_exceeded', true],
  ])('refuses %s', async (_, fields, terms, status, code, second) => {
    const { apiKey } = (await (await someone()).make(fields)).json;
    const backend = await backendOf(framework, terms);
    if (second) expect((await backend.get(apiKey)).status).toBe(200);
    const answer = await backend.get(apiKey);
    expect(answer).toMatchObject({ status, json: { status, code, requestId: expect.any(String) } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('ratelimit')).not.toBeNull();
    if (second) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    else expect(answer.headers.get('retry-after')).toBeNull();
    expect(backend.handled()).toBe(second ? 1 : 0);
  });

  test('lets a key with rules in from the address of the connection', async () => {
    const { apiKey } = (await (await someone()).make({ allowedIps: ['127.0.0.0/8'] })).json;
    expect((await (await backendOf(framework)).get(apiKey)).status).toBe(200);
  });

  test('refuses what is no key, or none that is known, with 401', async () => {
    const backend = await backendOf(framework);
    const { apiKey } = (await (await someone()).make()).json;
    const before = service.invocations('POST /api/keys/verify');
    for (const key of [undefined, 'garbage', `${apiKey}x`, `${apiKey}, ${apiKey}`]) {
      const answer = await backend.get(key);
      expect(answer).toMatchObject({ status: 401, json: { code: 'invalid_key' } });
      expect(answer.headers.get('www-authenticate')).toBe('ApiKey');
    }
    expect(await twice(backend.origin, apiKey)).toBe(401);
    expect(service.invocations('POST /api/keys/verify')).toBe(before);
    expect(await backend.get(makeSecret('live', randomBytes))).toMatchObject({
      status: 401,
      json: { code: 'invalid_key' },
    });
    expect(service.invocations('POST /api/keys/verify')).toBe(before + 1);
    expect(backend.handled()).toBe(0);
  });

  test('refuses a revoked key on the next call', async () => {
    const ada = await someone();
    const { apiKey } = (await ada.make()).json;
    const backend = await backendOf(framework);
    expect((await backend.get(apiKey)).status).toBe(200);
    await ada.revoke();
    const answer = await backend.get(apiKey);
    expect(answer).toMatchObject({ status: 401, json: { code: 'key_revoked' } });
    expect(answer.headers.get('www-authenticate')).toBe('ApiKey');
  });

  test('lets of 50 calls at once exactly as many pass as the limit of 20 allows', async () => {
    const { apiKey } = (
      await (await someone()).make({ rateLimits: [{ name: 'burst', limit: 20, windowSeconds: 86_400 }] })
    ).json;
    const backend = await backendOf(framework);
    const answers = await Promise.all(Array.from({ length: 50 }, () => backend.get(apiKey)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(20).fill(200), ...Array(30).fill(429)]);
    expect(backend.handled()).toBe(20);
    for (const { status, headers } of answers) {
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test.each([
    ['lacks the scope', (key: string) => key, /scope keys:verify \(403: scope_denied/],
    ['is not known', () => makeSecret('live', randomBytes), /scope keys:verify \(403: Forbidden\)/],
  ])('whose own key %s answers 503, and logs one line without a key', async (_, ownKey, line) => {
    const { apiKey } = (await (await someone()).make()).json;
    const backend = await backendOf(framework, {}, { apiKey: ownKey(apiKey) });
    for (let call = 0; call < 3; call++) {
      const answer = await backend.get(apiKey);
      expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(backend.log).toEqual([expect.stringMatching(line)]);
    expect(backend.log.join()).not.toMatch(/sk_(live|test)_\w/);
    expect(backend.handled()).toBe(0);
  });

  test('answers 503 while the service is down', async () => {
    const gone = await startBackend('Node.js', {
      verifier: { verify: () => Promise.reject(new Error('never asked')) },
    });
    await gone.close();
    const backend = await backendOf(framework, {}, { url: gone.origin });
    const answer = await backend.get(makeSecret('live', randomBytes));
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(backend.log).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});

test('a backend answers a refusal as the service itself does', async () => {
  const ada = await someone();
  const { apiKey } = (await ada.make({ quota: { limit: 1, period: 'month' } })).json;
  const backend = await backendOf('Express');
  await backend.get(apiKey);
  const [elsewhere, here] = [await backend.get(apiKey), await service.call('/api/whoami', { key: apiKey })];
  const { requestId: _, ...problem } = elsewhere.json;
  expect(here.json).toMatchObject(problem);
  for (const name of ['content-type', 'cache-control', 'ratelimit-policy', 'x-ratelimit-limit']) {
    expect(elsewhere.headers.get(name), name).toBe(here.headers.get(name));
  }
});

/** Sends the header twice, which `fetch` cannot; answers the status. */
const twice = (origin: string, key: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const call = request(`${origin}${ORDER}`, { headers: ['X-API-Key', key, 'X-API-Key', key, 'Host', 'backend'] });
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });
