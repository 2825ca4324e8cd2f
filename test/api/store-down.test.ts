import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type Engine, startEngine } from '../../local/engine.ts';
import type { Answer } from './support/http.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

/** An engine that keeps its data and its port, so that another can take its place. */
let revive: () => Promise<Engine>;
let service: Service;
beforeAll(async () => {
  service = await startService({
    assembly: inject('shop'),
    engine: async (dataDirectory) => {
      const options = { dataDirectory } as const;
      const engine = await startEngine(options);
      revive = () => startEngine({ ...options, preferredPort: Number(new URL(engine.endpoint).port) });
      return engine;
    },
  });
});
afterAll(() => service.close());

test('while the store is down nothing is let through and every refusal says so; afterwards all goes on', async () => {
  const ada = await signIn(service, 'ada@example.com');
  const { apiKey, keyId } = (await ada.make()).json;
  const whoami = (): Promise<Answer> => service.call('/api/whoami', { key: apiKey });
  const item = (): Promise<Answer> => service.call('/shop/items/7', { key: apiKey });
  const runs = () => service.invocations('GET /shop/items/{id}');
  expect((await whoami()).status).toBe(200);
  expect((await item()).status).toBe(200);

  await service.engine.close();
  const before = runs();
  const [explained, plain, managed] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, whoami)),
    Promise.all(Array.from({ length: 8 }, item)),
    Promise.all([ada.keys(), ada.make(), ada.revoke(keyId), ada.revoke(), ada.usage()]),
  ]);
  for (const call of plain) expect(call).toMatchObject({ status: 500, json: { message: 'Internal Server Error' } });
  expect(runs()).toBe(before);
  const failedClosed = () =>
    service.log.reduce((sum, line) => sum + (line.startsWith('{"_aws"') ? (JSON.parse(line).FailedClosed ?? 0) : 0), 0);
  await vi.waitFor(() => expect(failedClosed()).toBe(explained.length + plain.length));
  for (const answer of [...explained, ...managed]) {
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable', status: 503 } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  expect((await service.call('/api/health')).status).toBe(200);
  expect((await service.call('/api/whoami', { key: 'garbage' })).status).toBe(403);

  const again = await revive();
  try {
    expect(again.endpoint).toBe(service.engine.endpoint);
    expect((await whoami()).status).toBe(200);
    expect((await ada.keys()).json.keys).toMatchObject([{ keyId, status: 'active', totalRequests: 3 }]);
    expect((await ada.revoke()).json.revoked).toEqual([keyId]);
    expect((await whoami()).status).toBe(401);
  } finally {
    await again.close();
  }
});
