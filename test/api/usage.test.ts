import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { exactQuantile } from '../support/quantile.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ assembly: inject('shop') });
});
afterAll(() => service.close());

/** Usage has what happened within so many milliseconds. */
const WITHIN_MS = 3_000;

type User = Awaited<ReturnType<typeof signIn>>;

const soon = async (look: () => Promise<void>) => vi.waitFor(look, { timeout: WITHIN_MS, interval: 100 });

/** What a client saw of its calls, in the words of usage. */
function seenOf(statuses: readonly number[], refused: (status: number) => boolean) {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  const errors = statuses.filter((status) => status >= 500).length;
  const rejected = statuses.filter(refused).length;
  return { requests: statuses.length, errors, rejected, statuses: counts };
}

const isRefusal = (status: number) => [401, 402, 403, 429].includes(status);

const ROUTES = [
  { route: 'GET /shop/items/{id}', target: '/shop/items/7' },
  { route: 'POST /shop/orders', target: 'POST /shop/orders' },
  { route: 'GET /shop/reports', target: '/shop/reports' },
  { route: 'GET /api/whoami', target: '/api/whoami' },
] as const;

const ANSWERS = ['', '', '', '?status=201', '?status=404', '?status=500', '?status=503', '?crash'];

/** Calls every route with every key in turn; each key's scopes and limits refuse some of the calls. */
async function mixedLoad(keys: readonly { readonly keyId: string; readonly apiKey: string }[]) {
  const calls = Array.from({ length: 240 }, (_, i) => ({
    key: keys[i % keys.length] ?? expect.fail(),
    at: ROUTES[Math.floor(i / keys.length) % ROUTES.length] ?? expect.fail(),
    query: ANSWERS[i % ANSWERS.length] ?? '',
  }));
  const seen: { keyId: string; route: string; status: number }[] = [];
  for (let start = 0; start < calls.length; start += 24) {
    const answered = calls.slice(start, start + 24).map(async ({ key, at: { route, target }, query }) => {
      const ask = target.endsWith('whoami') ? '' : query;
      const { status } = await service.call(target + ask, { key: key.apiKey });
      seen.push({ keyId: key.keyId, route, status });
    });
    await Promise.all(answered);
  }
  return seen;
}

describe('after a mixed load', () => {
  let ada: User;
  let seen: Awaited<ReturnType<typeof mixedLoad>>;
  beforeAll(async () => {
    ada = await signIn(service, 'mixed@example.com');
    const scoped = await signIn(service, 'mixed@example.com', { admin: true });
    const made = [
      await scoped.make({ name: 'all', scopes: ['reports:read'] }),
      await scoped.make({ name: 'no reports' }),
      await scoped.make({ name: 'slow', rateLimits: [{ name: 'tight', limit: 30, windowSeconds: 3_600 }] }),
    ];
    seen = await mixedLoad(made.map(({ json }) => json));
    // Neither is a call of a key that is known.
    await service.call('/shop/items/7', { key: `sk_live_${'0'.repeat(36)}` });
    await service.call('/shop/items/7');
  });

  test('usage is what the client saw, to the unit, within 3 s', async () => {
    await soon(async () => {
      const { totals, statuses } = (await ada.usage()).json;
      const expected = seenOf(
        seen.map(({ status }) => status),
        isRefusal,
      );
      expect({ ...totals, statuses }).toMatchObject(expected);
      expect(totals.errorRate).toBe(expected.errors / expected.requests);
    });
    expect(seen.filter(({ status }) => isRefusal(status)).length).toBeGreaterThan(60);
  });

  test.each(ROUTES)('and so it is of $route, and of each key on it', async ({ route }) => {
    const keyIds = new Set(seen.map(({ keyId }) => keyId));
    for (const keyId of [undefined, ...keyIds]) {
      const query = new URLSearchParams({ route, ...(keyId && { keyId }) });
      const { totals, statuses, routes } = (await ada.usage(`?${query}`)).json;
      const of = seen.filter((call) => call.route === route && (!keyId || call.keyId === keyId));
      expect({ ...totals, statuses }).toMatchObject(
        seenOf(
          of.map(({ status }) => status),
          isRefusal,
        ),
      );
      expect(routes).toMatchObject([{ route, requests: of.length }]);
    }
  });

  test('its credits are those that the account has paid', async () => {
    const { totals, credits } = (await ada.usage()).json;
    expect(totals.credits).toBe(10_000 - credits.included);
    expect(totals.credits).toBeGreaterThan(100);
  });

  test('its series adds up to its totals, by every granularity', async () => {
    for (const granularity of ['minute', 'hour', 'day']) {
      const from = new Date(Date.now() - 3_600_000).toISOString();
      const { series, totals } = (await ada.usage(`?granularity=${granularity}&from=${from}`)).json;
      expect(totals.requests).toBe(seen.length);
      expect(series.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0)).toBe(seen.length);
    }
  });

  test('its percentiles are within 5 % of those of the log', async () => {
    const lines = service.accessLog.map((line) => JSON.parse(line));
    for (const { route } of ROUTES) {
      const latencies = lines
        .filter((line) => line.email === ada.email && line.routeKey === route && line.code === 'allowed')
        .map((line) => Number(line.responseLatency));
      const { latencyMs } = (await ada.usage(`?${new URLSearchParams({ route })}`)).json.totals;
      for (const [name, share] of [
        ['p50', 0.5] as const,
        ['p95', 0.95] as const,
        ['p99', 0.99] as const,
        ['max', 1] as const,
      ]) {
        const exact = exactQuantile(latencies, share);
        expect(
          Math.abs(latencyMs[name] - exact),
          `${route} ${name} ${latencyMs[name]} of ${exact}`,
        ).toBeLessThanOrEqual(exact * 0.05);
      }
    }
  });

  test('a revoked key keeps its usage and its name', async () => {
    const [{ keyId } = expect.fail()] = (await ada.keys()).json.keys;
    await ada.revoke(keyId);
    expect((await ada.usage(`?keyId=${keyId}`)).json.keys).toMatchObject([{ keyId, name: 'all' }]);
  });
});

describe('a call that a backend elsewhere asks about', () => {
  test('counts for the key that was verified, under the route that the backend names', async () => {
    const admin = await signIn(service, 'backend@example.com', { admin: true });
    const backend = (await admin.make({ scopes: ['keys:verify'] })).json;
    const eve = await signIn(service, 'verified@example.com');
    const { apiKey, keyId } = (await eve.make()).json;
    const verify = (fields: object) =>
      service.call('POST /api/keys/verify', { key: backend.apiKey, body: { key: apiKey, ...fields } });
    await verify({ route: 'GET /orders/{id}', cost: 2 });
    await verify({ route: 'GET /orders/{id}', scopes: ['orders:read'] });
    await verify({});
    await verify({ dryRun: true });
    await soon(async () => {
      expect((await eve.usage()).json).toMatchObject({
        totals: { requests: 3, rejected: 1, errors: 0, credits: 3, latencyMs: null },
        routes: [
          { route: 'GET /orders/{id}', requests: 2, rejected: 1 },
          { route: 'POST /api/keys/verify', requests: 1 },
        ],
        keys: [{ keyId, requests: 3 }],
        statuses: { 200: 2, 403: 1 },
      });
      expect((await admin.usage()).json.totals).toMatchObject({ requests: 4, rejected: 0, credits: 0 });
    });
  });
});

describe('usage of nothing', () => {
  test('is zeros for a key that made no call, and 404 for one that the account never had', async () => {
    const ada = await signIn(service, 'idle@example.com');
    const { keyId } = (await ada.make()).json;
    const idle = (await ada.usage(`?keyId=${keyId}`)).json;
    expect(idle).toMatchObject({
      totals: { requests: 0, latencyMs: null },
      keys: [{ keyId, requests: 0 }],
      routes: [],
    });
    expect(idle.series.length).toBe(31);
    expect((await ada.usage(`?keyId=${'0'.repeat(26)}`)).json).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('names what the account has left', async () => {
    const ada = await signIn(service, 'left@example.com');
    expect((await ada.usage()).json).toMatchObject({
      quota: { limit: 50_000, period: 'month', remaining: 50_000 },
      credits: { included: 10_000, purchased: 0, total: 10_000 },
    });
  });

  test('by minute is refused where minutes are no longer kept', async () => {
    const ada = await signIn(service, 'old@example.com');
    const from = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const { status, json } = await ada.usage(`?from=${from}&granularity=minute`);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ path: 'query.from', message: expect.stringContaining('kept 2 days') }]);
  });
});
