import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const whoami = (key: string) => service.call('/api/whoami', { key });

describe('on an explained route', () => {
  test('every answer tells what is left', async () => {
    const ada = await signIn(service, 'told@example.com');
    const { apiKey } = (await ada.make({ rateLimits: [{ name: 'burst', limit: 5, windowSeconds: 3_600 }] })).json;
    const answer = await whoami(apiKey);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit-policy')).toBe('"plan";q=600;w=60, "burst";q=5;w=3600');
    expect(answer.headers.get('ratelimit')).toMatch(/^"plan";r=599;t=\d+, "burst";r=4;t=\d+$/);
    expect(answer.headers.get('x-ratelimit-limit')).toBe('5');
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('4');
    expect(answer.json.rateLimits).toMatchObject([
      { name: 'plan', limit: 600, remaining: 599 },
      { name: 'burst', limit: 5, remaining: 4 },
    ]);
    expect(answer.json.credits).toEqual({ included: 10_000, purchased: 0, total: 10_000 });
  });

  test('of 40 calls at once exactly as many pass as the limit allows; the others hear 429 and when to come back', async () => {
    const ada = await signIn(service, 'limited@example.com');
    const { apiKey } = (await ada.make({ rateLimits: [{ name: 'burst', limit: 7, windowSeconds: 86_400 }] })).json;
    const answers = await Promise.all(Array.from({ length: 40 }, () => whoami(apiKey)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(33);
    for (const { status, headers, json } of refused) {
      expect(status).toBe(429);
      expect(json).toMatchObject({ code: 'rate_limited', status: 429, requestId: headers.get('apigw-requestid') });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('ratelimit')).toMatch(/"burst";r=0/);
    }
    const [key] = (await ada.keys()).json.keys;
    expect(key.totalRequests).toBe(7);
  });

  test('after Retry-After the call is let through', async () => {
    const ada = await signIn(service, 'patient@example.com');
    const { apiKey } = (await ada.make({ rateLimits: [{ name: 'burst', limit: 1, windowSeconds: 1 }] })).json;
    let answer = await whoami(apiKey);
    while (answer.status === 200) answer = await whoami(apiKey);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(2);
    await wait(seconds * 1_000);
    expect((await whoami(apiKey)).status).toBe(200);
  });

  test.each([
    { ips: ['192.0.2.0/24'], status: 403, code: 'ip_denied' },
    { ips: ['::1', '127.0.0.0/8'], status: 200, code: undefined },
  ])('a key for $ips, called from 127.0.0.1: $status', async ({ ips, status, code }) => {
    const ada = await signIn(service, `ip-${status}@example.com`);
    const answer = await whoami((await ada.make({ allowedIps: ips })).json.apiKey);
    expect(answer.status).toBe(status);
    expect(answer.json.code).toBe(code);
  });

  test('a key’s quota holds for its period', async () => {
    const ada = await signIn(service, 'quota@example.com');
    const { apiKey } = (await ada.make({ quota: { limit: 2, period: 'month' } })).json;
    expect([(await whoami(apiKey)).status, (await whoami(apiKey)).status]).toEqual([200, 200]);
    const third = await whoami(apiKey);
    expect(third.status).toBe(429);
    expect(third.json.code).toBe('quota_exceeded');
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('a known key that is revoked hears so; garbage hears nothing', async () => {
    const ada = await signIn(service, 'gone@example.com');
    const { apiKey, keyId } = (await ada.make()).json;
    await ada.revoke(keyId);
    const revoked = await whoami(apiKey);
    expect(revoked.status).toBe(401);
    expect(revoked.headers.get('www-authenticate')).toBe('ApiKey');
    expect(revoked.json).toMatchObject({ code: 'key_revoked' });
    expect((await whoami('garbage')).json).toEqual({ message: 'Forbidden' });
  });
});

describe('limits of a key', () => {
  test('stay within the plan’s for its owner, and may exceed them by an admin', async () => {
    const beyond = { rateLimits: [{ name: 'much', limit: 601, windowSeconds: 60 }] };
    const owner = await (await signIn(service, 'beyond@example.com')).make(beyond);
    expect(owner.status).toBe(400);
    expect(owner.json.errors).toEqual([
      { path: 'rateLimits[0].limit', message: 'Plan free allows at most 600 in 60 s, given 601' },
    ]);
    const token = await service.token('root@example.com', { admin: true });
    const body = { email: 'beyond@example.com', ...beyond };
    expect((await service.call('POST /api/user/key', { token, body })).status).toBe(201);
  });
});
