import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import type { Database } from '../../lib/store/database.ts';
import { GRAINS, periodPrefix } from '../../lib/usage/granularity.ts';
import { readUsage, type UsageItem } from '../../lib/usage/usage.store.ts';
import { commands, describeOnAnEngine } from '../support/store.ts';

const DAY = GRAINS.day.ms;
const SINCE = Date.UTC(2026, 9, 1);
const KEYS = Array.from({ length: 5 }, (_, i) => `01KAPZ000000000000000000${i}0`);
const ROUTES = Array.from({ length: 20 }, (_, i) => `GET /api/part-${i}#a`);

/** Writes an item for every day, key and route; `filler` makes each as large as wanted. */
async function fill(db: Database, email: Email, days: number, filler: Record<string, bigint | number> = {}) {
  const items = Array.from({ length: days * KEYS.length * ROUTES.length }, (_, i) => ({
    email,
    bucket: `${periodPrefix('day', SINCE + Math.floor(i / 100) * DAY)}${KEYS[i % 5]}#${ROUTES[Math.floor(i / 5) % 20]}`,
    deleteAt: 1_900_000_000,
    s50: i,
    ...filler,
  }));
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tables.apiUsage]: requests } }));
  }
}

async function read(db: Database, email: Email, from: number, to: number): Promise<UsageItem[]> {
  const items: UsageItem[] = [];
  await readUsage(db, email, { from, to, granularity: 'day' }, (item) => items.push(item));
  return items;
}

describeOnAnEngine('reading usage', (store) => {
  test('of 30 days, 5 keys and 20 routes takes two queries, and gives each item as it was counted', async () => {
    const db = store.connect();
    const email = 'month@example.com' as Email;
    await fill(db, email, 30);
    db.sent.length = 0;
    const items = await read(db, email, SINCE, SINCE + 30 * DAY);
    expect(commands(db.sent)).toEqual(['Query', 'Query']);
    expect(items).toHaveLength(3_000);
    expect(items.toSorted((a, b) => (a.counters[0]?.[1] ?? 0) - (b.counters[0]?.[1] ?? 0))[1_234]).toEqual({
      period: periodPrefix('day', SINCE + 12 * DAY),
      keyId: KEYS[4],
      route: ROUTES[6],
      counters: [['s200', 1_234]],
    });
  });

  test('reads nothing before its span, and nothing after it', async () => {
    const db = store.connect();
    const email = 'span@example.com' as Email;
    await fill(db, email, 5);
    const items = await read(db, email, SINCE + DAY, SINCE + 4 * DAY);
    expect(new Set(items.map(({ period }) => period))).toEqual(
      new Set([1, 2, 3].map((day) => periodPrefix('day', SINCE + day * DAY))),
    );
    expect(items).toHaveLength(300);
    db.sent.length = 0;
    expect(await read(db, email, SINCE + 4 * DAY, SINCE + 5 * DAY)).toHaveLength(100);
    expect(commands(db.sent)).toEqual(['Query']);
  });

  test('goes on where a page of 1 MB ends', async () => {
    const db = store.connect();
    const email = 'pages@example.com' as Email;
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 10n ** 35n + BigInt(i)]));
    await fill(db, email, 20, wide);
    db.sent.length = 0;
    const items = await read(db, email, SINCE, SINCE + 20 * DAY);
    expect(db.sent.length).toBeGreaterThan(2);
    expect(items).toHaveLength(2_000);
    const nameOf = ({ period, keyId, route }: UsageItem) => period + keyId + route;
    expect(new Set(items.map(nameOf)).size).toBe(2_000);

    // Of one key it goes on with what is the key's, wherever in a period the first page has ended.
    for (const keyId of KEYS) {
      const given: UsageItem[] = [];
      const span = { from: SINCE, to: SINCE + 20 * DAY, granularity: 'day' } as const;
      await readUsage(db, email, span, (item) => given.push(item), { keyId });
      const own = (item: UsageItem) => item.keyId === keyId;
      expect(given.filter(own).map(nameOf).sort()).toEqual(items.filter(own).map(nameOf).sort());
      expect(given.length).toBeLessThan(1_900);
    }
  });

  test('of a user without usage is nothing', async () => {
    expect(await read(store.connect(), 'nobody@example.com' as Email, SINCE, SINCE + DAY)).toEqual([]);
  });
});
