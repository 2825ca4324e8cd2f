import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const PREFIX = 'sk_live_'.length;
const CHECKSUM = 6;
const TELLING = 12;

/** Every 12 characters in a row of a secret's random part. */
function partsOf(secret: string): string[] {
  const random = secret.slice(PREFIX, -CHECKSUM);
  return Array.from({ length: random.length - TELLING + 1 }, (_, i) => random.slice(i, i + TELLING));
}

test('no 12 characters of a secret are in a table, a log line or a later answer', async () => {
  const ada = await signIn(service, 'ada@example.com');
  const made = await ada.make({ name: 'first', scopes: ['orders:read'] }, { 'idempotency-key': 'one' });
  const second = await ada.make({ environment: 'test' });
  const secrets: string[] = [made, second].map(({ json }) => json.apiKey);
  const [key = '', other = ''] = secrets;
  const { call } = service;
  const mistyped = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;

  const answers = [
    await call('/api/whoami', { key }),
    await call('/api/whoami', { key: mistyped }),
    await call('/api/whoami', { headers: { authorization: `Bearer ${key}` } }),
    await call(`/api/whoami?key=${key}`),
    await call(`/api/user/key/${key}`, { token: ada.token }),
    await call(`/api/${key}`, { key }),
    await call(`POST /api/user/key`, { token: key, body: { email: ada.email } }),
    await ada.make({ name: key, [key]: other, scopes: [key] }),
    await ada.make({}, { 'idempotency-key': 'one' }),
    await ada.make({ name: 'third' }, { 'x-api-key': key }).then(({ json }) => ada.revoke(json.keyId)),
    await ada.keys(),
    await ada.usage(),
    await ada.revoke(),
    await ada.keys('?include=revoked'),
    await call('/api/whoami', { key }),
    await call('/api/whoami', { key: other }),
  ];
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 403, 404, 409]));

  await vi.waitFor(async () => expect((await ada.usage()).json.totals.requests).toBe(3), { timeout: 60_000 });
  const traces = [...(await service.dump({ usage: true })), ...service.log, ...service.accessLog];
  traces.push(...answers.flatMap(({ text, headers }) => [text, ...headers.values()]));
  expect(service.log.length).toBeGreaterThan(0);
  expect(service.accessLog.length).toBeGreaterThan(answers.length);
  const found = secrets.flatMap(partsOf).filter((part) => traces.some((trace) => trace.includes(part)));
  expect(found).toEqual([]);
});
