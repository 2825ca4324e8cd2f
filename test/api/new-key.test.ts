import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const user = (email: string, options?: { admin?: boolean }) => signIn(service, email, options);

describe('what a user may make', () => {
  test('an Idempotency-Key makes one key, and a repeat is told which', async () => {
    const ada = await user('repeat@example.com');
    const headers = { 'idempotency-key': 'order-66' };
    const first = await ada.make({}, headers);
    const [again, ...more] = await Promise.all([1, 2, 3].map(() => ada.make({}, headers)));
    for (const answer of [again, ...more]) {
      expect(answer).toMatchObject({ status: 409, json: { code: 'conflict' } });
      expect(answer?.json.detail).toContain(first.json.keyId);
    }
    expect((await ada.keys()).json.keys).toHaveLength(1);
    const bob = await user('repeat-bob@example.com');
    expect((await bob.make({}, headers)).status).toBe(201);
  });

  test('a plan’s number of keys is a limit, also for many requests at once; to revoke one makes room', async () => {
    const ada = await user('limit@example.com');
    const statuses = (await Promise.all(Array.from({ length: 6 }, () => ada.make()))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 201, 409, 409, 409]);
    const over = await ada.make();
    expect(over.json).toMatchObject({ status: 409, code: 'key_limit_reached' });
    expect(over.json.detail).toBe('Plan free allows 3 keys, and the account has as many; revoke one first');

    const [{ keyId }] = (await ada.keys()).json.keys;
    await ada.revoke(keyId);
    expect((await ada.make()).status).toBe(201);
  });

  test('a key lives as long as the plan allows, and no longer', async () => {
    const ada = await user('life@example.com');
    const over = await ada.make({ expiresInDays: 366 });
    expect(over).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(over.json.errors).toEqual([{ path: 'expiresInDays', message: 'Plan free allows at most 365, given 366' }]);
    for (const [fields, days] of [
      [{}, 365],
      [{ expiresInDays: 365 }, 365],
      [{ expiresInDays: 1 }, 1],
    ] as const) {
      const { createdAt, expiresAt } = (await ada.make(fields)).json;
      expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(days * 86_400_000);
    }
  });

  test('scopes of the store itself are granted by an admin alone', async () => {
    const ada = await user('scopes@example.com');
    const fields = { scopes: ['orders:read', 'keys:verify', 'keys:*'] };
    const refused = await ada.make(fields);
    expect(refused).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(refused.json.detail).toBe('Only an admin grants scopes that begin with "keys:", given keys:verify, keys:*');
    expect((await ada.keys()).json.keys).toEqual([]);

    const admin = await user('root@example.com', { admin: true });
    const granted = await admin.make({ ...fields, email: ada.email });
    expect(granted).toMatchObject({ status: 201, json: { scopes: fields.scopes } });
    expect((await ada.keys()).json.keys).toHaveLength(1);
  });

  test('every choice about a key is kept', async () => {
    const ada = await user('choices@example.com');
    const choices = {
      name: 'Größe 🔑',
      environment: 'test',
      scopes: ['orders:*', 'a.b_c-d'],
      allowedIps: ['192.0.2.1', '198.51.100.0/24', '2001:db8::1', '2001:db8::/32'],
      rateLimits: [{ name: 'burst', limit: 10, windowSeconds: 1 }],
      quota: { limit: 1000, period: 'month' },
    };
    expect((await ada.make(choices)).json).toMatchObject(choices);
    expect((await ada.keys()).json.keys).toMatchObject([choices]);
  });

  test.each(['00000000000000000000000000', '01KAPZ0000000000000000000A'])(
    'to revoke key %s, which the account has not, is 404',
    async (keyId) => {
      const ada = await user('unknown@example.com');
      expect(await ada.revoke(keyId)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    },
  );

  test('the key of another user is not found under one’s own address, and stays', async () => {
    const [ada, bob] = [await user('mine@example.com'), await user('yours@example.com')];
    const { keyId, apiKey } = (await bob.make()).json;
    expect((await ada.revoke(keyId)).status).toBe(404);
    expect((await service.call('/api/whoami', { key: apiKey })).status).toBe(200);
  });
});
