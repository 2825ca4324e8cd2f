import type { Page } from 'playwright-core';
import { DEFAULT_POLICY } from '../../support/records.ts';

const DAY_MS = 86_400_000;
const LATENCY = { mean: 20, p50: 15, p95: 60, p99: 120, max: 400 };

const stats = (requests: number) => ({
  requests,
  errors: Math.floor(requests / 90),
  errorRate: 1 / 90,
  rejected: Math.floor(requests / 60),
  credits: requests,
  latencyMs: LATENCY,
});

/** What the API answers about an account of so many keys, that call so many routes, over 30 days. */
export async function serveBigAccount(page: Page, { keys = 50, routes = 40, days = 30 } = {}): Promise<void> {
  const now = Date.now();
  const keyIds = Array.from({ length: keys }, (_, key) => `01KEY${String(key).padStart(21, '0')}`);
  const routeKeys = Array.from({ length: routes }, (_, route) => `GET /api/catalogue/section-${route}/{id}`);
  const at = (day: number) => new Date(now - (days - 1 - day) * DAY_MS).toISOString();
  const usage = {
    from: at(0),
    to: new Date(now).toISOString(),
    granularity: 'day',
    totals: stats(keys * routes * days),
    series: Array.from({ length: days }, (_, day) => ({ at: at(day), ...stats(keys * routes + day) })),
    routes: routeKeys.map((route, index) => ({ route, ...stats(keys * days + index) })),
    keys: keyIds.map((keyId, index) => ({ keyId, name: `key ${index}`, ...stats(routes * days + index) })),
    cells: keyIds.flatMap((keyId, key) =>
      routeKeys.map((route, index) => ({ keyId, route, ...stats(days + key * routes + index) })),
    ),
    credits: { included: 1_000, purchased: 0, total: 1_000, resetsAt: at(0) },
    quota: null,
  };
  // One key's last day and a half is by the hour.
  const isOfOneKey = (url: string) => new URL(url).searchParams.has('keyId');
  await page.route('**/api/user/usage/**', (route) =>
    route.fulfill({ json: isOfOneKey(route.request().url()) ? { ...usage, granularity: 'hour' } : usage }),
  );
  const key = (keyId: string, index: number) => ({
    keyId,
    ...DEFAULT_POLICY,
    name: `key ${index}`,
    hint: 'sk_live_AbCd…wXyZ',
    status: 'active',
    dailyCredits: null,
    expiresAt: null,
    lastUsedAt: at(days - 1),
    totalRequests: 1_000 + index,
    secrets: [],
    version: 1,
  });
  await page.route('**/api/user/key/**', (route) => route.fulfill({ json: { plan: 'pro', keys: keyIds.map(key) } }));
}
