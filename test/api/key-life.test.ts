import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';

let service: Service;
let token: string;
const EMAIL = 'ada@example.com';
const KEYS = '/api/user/key/ada%40example.com';

beforeAll(async () => {
  service = await startService();
  token = await service.token(EMAIL);
});
afterAll(() => service.close());

async function makeKey(fields: object = {}) {
  await service.call(`DELETE ${KEYS}`, { token });
  const { json, headers } = await service.call('POST /api/user/key', { token, body: { email: EMAIL, ...fields } });
  return { path: `${KEYS}/${json.keyId}`, key: json, etag: headers.get('etag') };
}

const whoami = (apiKey: string) => service.call('/api/whoami', { headers: { 'x-api-key': apiKey } });

describe('a key is changed', () => {
  test('by the version that was seen: of two edits the second is a conflict, which says where things are', async () => {
    const { path, etag } = await makeKey();
    const edit = (name: string, tag = etag ?? '') =>
      service.call(`PATCH ${path}`, { token, headers: { 'if-match': tag }, body: { name } });
    const first = await edit('first');
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe(`"${first.json.version}"`);
    const second = await edit('second');
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({ code: 'conflict', detail: expect.stringContaining(`${first.json.version}`) });
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect((await edit('second', first.headers.get('etag') ?? '')).json.name).toBe('second');
  });

  test('and revoked, by the version that was seen: what somebody else changed meanwhile is not ended unseen', async () => {
    const { path, etag } = await makeKey();
    const { headers } = await service.call(`PATCH ${path}`, { token, body: { name: 'in use' } });
    const revoke = (tag: string | null) =>
      service.call(`DELETE ${path}`, { token, headers: { 'if-match': tag ?? '' } });
    const stale = await revoke(etag);
    expect(stale.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(stale.headers.get('etag')).toBe(headers.get('etag'));
    expect((await revoke(headers.get('etag'))).json.revoked).toHaveLength(1);
    // To repeat it is no conflict: it is done.
    expect((await revoke(headers.get('etag'))).json.revoked).toEqual([]);
  });

  test.each([
    ['nothing', {}, ''],
    ['what is no field', { colour: 'red' }, 'colour'],
    ['an environment, which stays', { environment: 'test' }, 'environment'],
    ['a status that people do not set', { status: 'expired' }, 'status'],
    ['a life that is over', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['a life beyond the plan', { expiresAt: '2036-01-01T00:00:00Z' }, 'expiresAt'],
    ['no end, which the plan demands', { expiresAt: null }, 'expiresAt'],
    [
      'a limit beyond the plan',
      { rateLimits: [{ name: 'own', limit: 601, windowSeconds: 60 }] },
      'rateLimits[0].limit',
    ],
  ])('not to %s', async (_, body, path) => {
    const { path: one } = await makeKey();
    const answer = await service.call(`PATCH ${one}`, { token, body });
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, path]);
  });

  test('not to a scope of the service, unless an admin grants it', async () => {
    const { path } = await makeKey();
    const body = { scopes: ['keys:verify'] };
    expect((await service.call(`PATCH ${path}`, { token, body })).status).toBe(403);
    const admin = await service.token('root@example.com', { admin: true });
    expect((await service.call(`PATCH ${path}`, { token: admin, body })).json.scopes).toEqual(['keys:verify']);
    // Who has it may keep it.
    const more = { scopes: ['keys:verify', 'orders:read'] };
    expect((await service.call(`PATCH ${path}`, { token, body: more })).status).toBe(200);
  });

  test.each(['7', 'W/"7"', '*', '"x"'])('not by If-Match: %s', async (tag) => {
    const { path } = await makeKey();
    const answer = await service.call(`PATCH ${path}`, { token, headers: { 'if-match': tag }, body: { name: 'x' } });
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, 'headers.if-match']);
  });

  test('no more once it is revoked', async () => {
    const { path } = await makeKey();
    await service.call(`DELETE ${path}`, { token });
    for (const target of [`PATCH ${path}`, `POST ${path}/rotate`, `POST ${path}/end-grace`]) {
      const answer = await service.call(target, { token, ...(target.startsWith('PATCH') && { body: { name: 'x' } }) });
      expect([answer.status, answer.json.code]).toEqual([409, 'conflict']);
    }
  });
});

describe('a rotation', () => {
  test('gives the same key a new secret; the old one works in the grace and tells its end, and not after it is ended', async () => {
    const { path, key } = await makeKey();
    const rotated = await service.call(`POST ${path}/rotate`, { token, body: { gracePeriodSeconds: 3_600 } });
    expect(rotated.status).toBe(200);
    expect(rotated.json).toMatchObject({ keyId: key.keyId, apiKey: expect.not.stringContaining(key.apiKey) });
    const [old, fresh] = [await whoami(key.apiKey), await whoami(rotated.json.apiKey)];
    expect([old.status, fresh.status]).toEqual([200, 200]);
    expect(old.json.keyId).toBe(fresh.json.keyId);
    const end = rotated.json.secrets[0].expiresAt;
    expect(old.json.secretEndsAt).toBe(end);
    expect(old.headers.get('sunset')).toBe(new Date(end).toUTCString());
    expect(old.headers.get('deprecation')).toMatch(/^@\d{10}$/);
    expect(fresh.headers.get('sunset')).toBeNull();
    const { json } = await service.call(KEYS, { token });
    expect(json.keys[0].totalRequests).toBe(2);
    expect(json.keys[0].secrets.every(({ lastUsedAt }: { lastUsedAt: string | null }) => lastUsedAt)).toBe(true);

    expect((await service.call(`POST ${path}/end-grace`, { token })).json.secrets).toHaveLength(1);
    expect([(await whoami(key.apiKey)).json.code, (await whoami(rotated.json.apiKey)).status]).toEqual([
      'key_expired',
      200,
    ]);
  });

  test('has a day of grace by default, also without a body', async () => {
    const { path } = await makeKey();
    const { json } = await service.call(`POST ${path}/rotate`, { token });
    const grace = Date.parse(json.secrets[0].expiresAt) - Date.parse(json.secrets[1].createdAt);
    expect(grace).toBe(86_400_000);
  });

  test('never lets the old secret outlive its key', async () => {
    const { path, key } = await makeKey({ expiresInDays: 1 });
    const { json } = await service.call(`POST ${path}/rotate`, { token, body: { gracePeriodSeconds: 604_800 } });
    expect(json.expiresAt).toBe(key.expiresAt);
    expect((await whoami(key.apiKey)).json.secretEndsAt).toBe(key.expiresAt);
  });

  test.each([-1, 604_801, 1.5, '60'])('refuses a grace of %s', async (gracePeriodSeconds) => {
    const { path } = await makeKey();
    const answer = await service.call(`POST ${path}/rotate`, { token, body: { gracePeriodSeconds } });
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, 'gracePeriodSeconds']);
  });
});
