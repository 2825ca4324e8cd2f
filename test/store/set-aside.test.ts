import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { tally } from '../../lib/usage/batch.ts';
import { batchId, record } from '../../lib/usage/record.store.ts';
import { summarize } from '../../lib/usage/report.ts';
import { setAside } from '../../lib/usage/set-aside.store.ts';
import { readUsage } from '../../lib/usage/usage.store.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine, type Store } from '../support/store.ts';
import { accessLine, eventOf, type Fields } from '../support/usage-lines.ts';

const LOG_GROUP = '/aws/vendedlogs/sensei-keys/access';
const SECRET = `sk_live_${'a'.repeat(36)}`;

const keptBy = async (store: Store) =>
  Object.values(await store.dump()).filter(({ email }) => String(email).startsWith('set-aside#'));

/** Every way in which a line of the log can be broken. */
const BROKEN: readonly ((email: string) => string)[] = [
  (email) => accessLine({ email }).slice(0, 120),
  (email) => accessLine({ email, status: 'two hundred' }),
  (email) => accessLine({ email, responseLatency: -7 }),
  (email) => accessLine({ email, routeKey: 'brew /pot' }),
  (email) => accessLine({ email, userAgent: 'a'.repeat(65_536) }),
  (email) => accessLine({ email, requestTimeEpoch: '{}' }),
  () => 'null',
  (email) => accessLine({ email, keyId: SECRET }),
];

describeOnAnEngine('lines that cannot be read', (store) => {
  const db = store.connect();

  test('are 1 % of 10,000: the others are recorded, and these are kept with their reasons, however often they come', async () => {
    const email = 'tenthousand@example.com' as Email;
    const routes = Array.from({ length: 20 }, (_, i) => `GET /api/part-${i}`);
    const events = Array.from({ length: 10_000 }, (_, i) => {
      if (i % 100 === 42) return eventOf((BROKEN[Math.floor(i / 100) % BROKEN.length] ?? expect.fail())(email));
      const fields: Fields = { email, routeKey: routes[i % 20], requestTimeEpoch: NOW + i, responseLatency: i % 700 };
      return eventOf(accessLine(fields), NOW + i);
    });
    for (let delivery = 0; delivery < 2; delivery++) {
      const { increments, broken, calls } = tally(events);
      expect([calls, broken.length]).toEqual([9_900, 100]);
      await record(db, batchId(events), increments, NOW);
      await setAside(db, LOG_GROUP, broken);
    }
    const span = { from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 24), granularity: 'day' } as const;
    const summary = summarize(span);
    await readUsage(db, email, span, summary.add);
    expect(summary.report([]).totals).toMatchObject({ requests: 9_900, errors: 0, rejected: 0, credits: 9_900 });

    const kept = await keptBy(store);
    expect(kept).toHaveLength(100);
    expect(kept.every(({ reason, line }) => String(reason).length > 10 && String(line).length <= 1_000)).toBe(true);
    expect(new Set(kept.map(({ bucket }) => bucket))).toEqual(
      new Set(events.filter((_, i) => i % 100 === 42).map(({ id }) => id)),
    );
  });

  test('are kept for 30 days, by day, without the secrets in them', async () => {
    const event = eventOf(accessLine({ keyId: SECRET, userAgent: SECRET }), Date.UTC(2026, 0, 31, 23, 59));
    await setAside(db, LOG_GROUP, tally([event]).broken);
    const [item] = (await keptBy(store)).filter(({ bucket }) => bucket === event.id);
    expect(item).toMatchObject({
      email: 'set-aside#2026-01-31',
      logGroup: LOG_GROUP,
      reason: expect.stringContaining('keyId is "sk_live_…'),
      deleteAt: Date.UTC(2026, 2, 2, 23, 59) / 1_000,
    });
    expect(JSON.stringify(item)).not.toContain('aaaa');
  });

  test('are asked to be kept again where DynamoDB did not take all of them', async () => {
    const events = Array.from({ length: 30 }, () => eventOf('broken'));
    let refused = 0;
    const busy = store.connect(async (_, proceed, { RequestItems }) => {
      const [[table, requests] = expect.fail()] = Object.entries(RequestItems as Record<string, unknown[]>);
      if (requests.length < 2 || refused++ > 3) return proceed();
      return { UnprocessedItems: { [table]: requests } };
    });
    await setAside(busy, LOG_GROUP, tally(events).broken);
    const kept = new Set((await keptBy(store)).map(({ bucket }) => bucket));
    expect(events.every(({ id }) => kept.has(id))).toBe(true);
  });

  test('that DynamoDB never takes are an error, so that the batch comes again', async () => {
    const never = store.connect(async (_, _proceed, { RequestItems }) => ({ UnprocessedItems: RequestItems }));
    await expect(setAside(never, LOG_GROUP, tally([eventOf('broken')]).broken)).rejects.toThrow(
      /^1 items of .*api_usage were not written/,
    );
  });
});
