import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
/** The key of a backend elsewhere. */
let own: string;
beforeAll(async () => {
  service = await startService();
  const token = await service.token('root@example.com', { admin: true });
  const body = { email: 'backend@example.com', scopes: ['keys:verify'] };
  own = (await service.call('POST /api/user/key', { token, body })).json.apiKey;
});
afterAll(() => service.close());

const verify = (body: object, key = own) => service.call('POST /api/keys/verify', { key, body });

const NOBODY = {
  valid: false,
  keyId: null,
  email: null,
  name: null,
  environment: null,
  secretEndsAt: null,
  scopes: [],
  rateLimits: [],
  quota: null,
  credits: null,
  cost: 1,
};

describe('a backend elsewhere asks about a key', () => {
  test('and hears whose it is and what it has left, once the call is charged', async () => {
    const ada = await signIn(service, 'ada@example.com');
    const burst = { name: 'burst', limit: 10, windowSeconds: 3_600 };
    const made = (await ada.make({ name: 'shop', scopes: ['orders:*'], rateLimits: [burst] })).json;
    const answer = await verify({ key: made.apiKey, cost: 3, scopes: ['orders:read'], route: 'GET /orders' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      valid: true,
      code: 'allowed',
      secretEndsAt: made.expiresAt,
      retryAfter: null,
      keyId: made.keyId,
      email: 'ada@example.com',
      name: 'shop',
      environment: 'live',
      scopes: ['orders:*'],
      rateLimits: [
        { name: 'plan', limit: 600, windowSeconds: 60, remaining: 597, resetSeconds: expect.any(Number) },
        { ...burst, remaining: 7, resetSeconds: expect.any(Number) },
      ],
      quota: { limit: 50_000, period: 'month', remaining: 49_999, resetSeconds: expect.any(Number) },
      credits: { included: 9_997, purchased: 0, total: 9_997 },
      cost: 3,
    });
    const [key] = (await ada.keys()).json.keys;
    expect(key.totalRequests).toBe(1);
  });

  test.each<[string, object, object, object]>([
    [
      'a scope it lacks',
      {},
      { scopes: ['orders:write'] },
      { code: 'scope_denied', retryAfter: null, missingScopes: ['orders:write'] },
    ],
    ['an address it is not for', { allowedIps: ['192.0.2.0/24'] }, { ip: '198.51.100.1' }, { code: 'ip_denied' }],
    ['no address, where only some are let in', { allowedIps: ['192.0.2.0/24'] }, {}, { code: 'ip_denied' }],
    ['more than it has', {}, { cost: 10_001 }, { code: 'rate_limited', retryAfter: null }],
  ])('and is refused for %s, which charges nothing', async (_, fields, asked, expected) => {
    const ada = await signIn(service, `no${Math.random()}@example.com`);
    const { apiKey, keyId } = (await ada.make(fields)).json;
    const before = await ada.keys();
    const answer = await verify({ key: apiKey, ...asked });
    expect(answer.json).toMatchObject({ valid: false, keyId, ...expected });
    expect((await ada.keys()).json).toEqual(before.json);
  });

  test('and charges nothing where it asks in the query, as by ?dryRun=true', async () => {
    const ada = await signIn(service, 'query@example.com');
    const { apiKey } = (await ada.make()).json;
    const answer = await service.call('POST /api/keys/verify?dryRun=true', { key: own, body: { key: apiKey } });
    expect(answer.json).toMatchObject({ status: 400, errors: [{ path: 'query.dryRun', message: 'Unknown field' }] });
    expect((await ada.keys()).json.keys).toMatchObject([{ totalRequests: 0 }]);
  });

  test.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['a key that nobody has', 'sk_live_000000000000000000000000000000000000'],
    ['a key sent twice', 'sk_live_a,sk_live_b'],
  ])('and hears nothing of %s', async (_, key) => {
    const answer = await verify({ key });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ...NOBODY, code: 'invalid_key', retryAfter: null });
  });

  test('and of a limit that is used up hears when to come back', async () => {
    const ada = await signIn(service, 'limited@example.com');
    const { apiKey } = (await ada.make({ rateLimits: [{ name: 'day', limit: 2, windowSeconds: 86_400 }] })).json;
    const answers = await Promise.all(Array.from({ length: 12 }, () => verify({ key: apiKey })));
    const refused = answers.filter(({ json }) => !json.valid);
    expect(refused).toHaveLength(10);
    for (const { json } of refused) {
      expect(json).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) });
      expect(json.rateLimits[1]).toMatchObject({ name: 'day', remaining: 0 });
    }
  });
});

describe('a dry run', () => {
  test('lists every check with its outcome, and changes nothing at all', async () => {
    const ada = await signIn(service, 'dry@example.com');
    const { apiKey } = (await ada.make({ allowedIps: ['192.0.2.1'], quota: { limit: 5, period: 'day' } })).json;
    const tables = async () => (await service.dump()).filter((item) => item.includes('dry@example.com'));
    const before = await tables();
    const answer = await verify({ key: apiKey, dryRun: true, cost: 601, scopes: ['a:b'], ip: '192.0.2.1' });
    expect(answer.json).toMatchObject({ valid: false, code: 'scope_denied' });
    expect(answer.json.checks).toEqual([
      { check: 'known', passed: true },
      { check: 'revoked', passed: true },
      { check: 'disabled', passed: true },
      { check: 'expired', passed: true },
      { check: 'suspended', passed: true },
      { check: 'ip', passed: true },
      { check: 'scope', passed: false, code: 'scope_denied' },
      { check: 'environment', passed: true },
      { check: 'rate', passed: false, code: 'rate_limited' },
      { check: 'quota', passed: true },
      { check: 'daily_credits', passed: true },
      { check: 'credits', passed: true },
    ]);
    const fine = await verify({ key: apiKey, dryRun: true, ip: '192.0.2.1' });
    expect(fine.json).toMatchObject({ valid: true, code: 'allowed', credits: { total: 10_000 } });
    expect(await tables()).toEqual(before);
  });

  test('of a key that is revoked says so, and of one that is unknown', async () => {
    const ada = await signIn(service, 'over@example.com');
    const { apiKey } = (await ada.make()).json;
    await ada.revoke();
    const revoked = (await verify({ key: apiKey, dryRun: true })).json;
    expect(revoked).toMatchObject({ valid: false, code: 'key_revoked' });
    expect(revoked.checks[1]).toEqual({ check: 'revoked', passed: false, code: 'key_revoked' });
    const unknown = (await verify({ key: 'garbage', dryRun: true })).json;
    expect(unknown.checks).toEqual([{ check: 'known', passed: false, code: 'invalid_key' }]);
  });
});

describe('who may ask', () => {
  test('only a key with the scope, and that scope gives only an admin', async () => {
    const ada = await signIn(service, 'curious@example.com');
    const { apiKey } = (await ada.make({ scopes: ['orders:read'] })).json;
    const answer = await verify({ key: apiKey }, apiKey);
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: 'scope_denied' });
    for (const scope of ['keys:verify', 'keys:*', 'keys:'])
      expect(await ada.make({ scopes: [scope] })).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });

  test.each([
    ['*', 400],
    ['orders:*', 403],
  ])('a scope of %s is not enough', async (scope, status) => {
    const ada = await signIn(service, `wild${status}@example.com`);
    const made = await ada.make({ scopes: [scope] });
    if (made.status !== 201) expect(made.status).toBe(status);
    else expect((await verify({ key: own }, made.json.apiKey)).status).toBe(status);
  });

  test('nobody without a key', async () => {
    expect((await service.call('POST /api/keys/verify', { body: { key: own } })).status).toBe(401);
    expect((await verify({ key: own }, 'garbage')).status).toBe(403);
  });
});

test.each<[object, string]>([
  [{}, 'key'],
  [{ key: 7 }, 'key'],
  [{ key: 'k', cost: -1 }, 'cost'],
  [{ key: 'k', cost: 1.5 }, 'cost'],
  [{ key: 'k', ip: '192.0.2.0/24' }, 'ip'],
  [{ key: 'k', scopes: ['Orders'] }, 'scopes[0]'],
  [{ key: 'k', dryRun: 'yes' }, 'dryRun'],
  [{ key: 'k', secret: 'x' }, 'secret'],
])('%j is refused, naming %s', async (body, path) => {
  const answer = await verify(body);
  expect(answer.status).toBe(400);
  expect(answer.json.errors).toMatchObject([{ path }]);
});

test('no answer or log line holds a secret that was asked about', async () => {
  const ada = await signIn(service, 'silent@example.com');
  const { apiKey } = (await ada.make()).json;
  const answers = [
    await verify({ key: apiKey }),
    await verify({ key: apiKey, cost: -1 }),
    await verify({ key: [apiKey] }),
  ];
  const said = [...answers.map(({ text }) => text), ...service.log, ...service.accessLog].join('\n');
  expect(said).not.toContain(apiKey.slice(8, 20));
});
