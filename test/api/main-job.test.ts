import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeSecret } from '../../lib/keys/secret.ts';
import type { Answer } from './support/http.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const whoami = (key?: string): Promise<Answer> => service.call('/api/whoami', { key });

/** Calls at once: more than there are containers, so that each container gets some. */
const many = (count: number, key: string): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, async () => (await whoami(key)).status));

const user = (email: string) => signIn(service, email);

describe('a customer makes a key, a caller uses it, the customer revokes it', () => {
  test('the secret is answered once, and is in no answer afterwards', async () => {
    const ada = await user('once@example.com');
    const made = await ada.make({ name: 'laptop' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { apiKey, ...key } = made.json;
    expect(apiKey).toMatch(/^sk_live_[0-9A-Za-z]{36}$/);
    expect(key).toMatchObject({ name: 'laptop', environment: 'live', status: 'active', totalRequests: 0 });

    const listed = await ada.keys();
    expect(listed.json).toEqual({ email: ada.email, hasKey: true, plan: 'free', status: 'active', keys: [key] });
    expect(listed.text).not.toContain(apiKey.slice(20, 32));
    expect(key.hint).toBe(`${apiKey.slice(0, 12)}…${apiKey.slice(-4)}`);
  });

  test('a call with the key is let through, told whose key it is, and counted', async () => {
    const ada = await user('counted@example.com');
    const { apiKey, keyId } = (await ada.make({ scopes: ['orders:read'], environment: 'test' })).json;
    const before = Date.now();
    const called = await whoami(apiKey);
    expect(called.status).toBe(200);
    expect(called.json).toMatchObject({ keyId, email: ada.email, environment: 'test', scopes: ['orders:read'] });

    const [key] = (await ada.keys()).json.keys;
    expect(key.totalRequests).toBe(1);
    expect(Date.parse(key.lastUsedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(key.lastUsedAt)).toBeLessThanOrEqual(Date.now());
  });

  test('a revoked key is refused on the very next call, in every warm container; another key of the user is not', async () => {
    const ada = await user('revoked@example.com');
    const [first, second] = [(await ada.make()).json, (await ada.make()).json];
    expect(new Set(await many(20, first.apiKey))).toEqual(new Set([200]));

    expect((await ada.revoke(first.keyId)).json).toEqual({ email: ada.email, revoked: [first.keyId] });
    expect((await whoami(first.apiKey)).status).toBe(401);
    expect(new Set(await many(20, first.apiKey))).toEqual(new Set([401]));
    expect((await whoami(second.apiKey)).status).toBe(200);
  });

  test('all keys of a user are revoked at once, and to repeat it changes nothing', async () => {
    const ada = await user('all@example.com');
    const keys = [(await ada.make()).json, (await ada.make()).json];
    for (const { apiKey } of keys) expect(new Set(await many(12, apiKey))).toEqual(new Set([200]));

    expect((await ada.revoke()).json.revoked).toEqual(keys.map(({ keyId }) => keyId));
    for (const { apiKey } of keys) expect(new Set(await many(12, apiKey))).toEqual(new Set([401]));
    const before = await service.dump();
    expect(await ada.revoke()).toMatchObject({ status: 200, json: { email: ada.email, revoked: [] } });
    expect(await service.dump()).toEqual(before);
  });

  test('200 calls at once with one key are all let through, and counted exactly', async () => {
    const ada = await user('many@example.com');
    const { apiKey } = (await ada.make()).json;
    expect(await many(200, apiKey)).toEqual(Array(200).fill(200));
    expect((await ada.keys()).json.keys[0].totalRequests).toBe(200);
  });
});

describe('a call without a good key is refused before any handler runs', () => {
  const REFUSED: readonly { title: string; key: string | undefined; status: number; authorizer: number }[] = [
    { title: 'no header', key: undefined, status: 401, authorizer: 0 },
    { title: 'an empty header', key: '', status: 401, authorizer: 0 },
    { title: 'garbage', key: 'garbage', status: 403, authorizer: 1 },
    { title: 'a wrong checksum', key: `sk_live_${'a'.repeat(36)}`, status: 403, authorizer: 1 },
    {
      title: 'a well-formed key that nobody has',
      key: makeSecret('live', randomBytes),
      status: 403,
      authorizer: 1,
    },
  ];

  test.each(REFUSED)('$title → $status', async ({ key, status, authorizer }) => {
    const before = { handler: service.invocations('GET /api/whoami'), authorizer: service.invocations() };
    const answer = await whoami(key);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ message: status === 401 ? 'Unauthorized' : 'Forbidden' });
    expect(service.invocations('GET /api/whoami')).toBe(before.handler);
    expect(service.invocations()).toBe(before.authorizer + authorizer);
  });
});

describe('the list of keys', () => {
  test('a user who is not known yet has none', async () => {
    const nobody = await user('new@example.com');
    expect((await nobody.keys()).json).toEqual({
      email: nobody.email,
      hasKey: false,
      plan: 'free',
      status: 'active',
      keys: [],
    });
  });

  test('a revoked key is listed only where it is asked for, with its totals', async () => {
    const ada = await user('include@example.com');
    const { apiKey, keyId } = (await ada.make()).json;
    await whoami(apiKey);
    await ada.revoke(keyId);
    expect((await ada.keys()).json).toMatchObject({ hasKey: false, keys: [] });
    const listed = (await ada.keys('?include=revoked')).json;
    expect(listed.hasKey).toBe(false);
    expect(listed.keys).toMatchObject([{ keyId, status: 'revoked', totalRequests: 1 }]);
  });
});

describe('usage', () => {
  test('totals are those of all keys, revoked ones too, and one key can be asked for', async () => {
    const ada = await user('usage@example.com');
    const [first, second] = [(await ada.make({ name: 'a' })).json, (await ada.make({ name: 'b' })).json];
    await many(3, first.apiKey);
    await many(2, second.apiKey);
    await ada.revoke(first.keyId);
    const stats = { errors: 0, errorRate: 0, rejected: 0, credits: 0, latencyMs: expect.anything() };
    await vi.waitFor(async () => expect((await ada.usage()).json.totals).toEqual({ requests: 5, ...stats }), 3_000);
    const report = (await ada.usage()).json;
    expect(Object.keys(report).sort()).toEqual([
      'credits',
      'email',
      'from',
      'granularity',
      'keys',
      'quota',
      'routes',
      'series',
      'statuses',
      'to',
      'totals',
    ]);
    expect(report.keys).toEqual([
      { keyId: first.keyId, name: 'a', requests: 3, ...stats },
      { keyId: second.keyId, name: 'b', requests: 2, ...stats },
    ]);
    // Whole days, of which the first and the last are in part.
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(31 * 86_400_000);
    expect((await ada.usage(`?keyId=${second.keyId}`)).json).toMatchObject({
      totals: { requests: 2 },
      keys: [{ name: 'b' }],
    });
  });

  test('a user who is not known yet has used nothing', async () => {
    const nobody = await user('unused@example.com');
    expect((await nobody.usage()).json).toMatchObject({ totals: { requests: 0 }, keys: [] });
  });
});

describe('what anybody may ask', () => {
  test('health', async () => {
    expect(await service.call('/api/health')).toMatchObject({ status: 200, json: { status: 'ok' } });
  });

  test('the contract, as OpenAPI', async () => {
    const answer = await service.call('/api/openapi.json');
    expect(answer).toMatchObject({ status: 200, json: { openapi: '3.1.1' } });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  });
});
