import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { GRAINS, type Granularity, periodPrefix } from '../../lib/usage/granularity.ts';
import { MOST_COUNTERS, readReport } from '../../lib/usage/report.store.ts';
import { newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnAnEngine } from '../support/store.ts';

const DAY = GRAINS.day.ms;
const from = new Date(NOW - 2 * DAY).toISOString();

/** About as much as a page of 1 MB has 800 of. */
const WIDE = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 10n ** 35n + BigInt(i)]));

describeOnAnEngine('a report of more counters than can be read', (store) => {
  const email = newUser();
  const db = store.connect;

  /** Writes a counter for each of some routes in each period of the last two days. */
  async function fill(granularity: Granularity, routes: number, filler: Record<string, bigint> = {}): Promise<void> {
    const periods = Math.floor((2 * DAY) / GRAINS[granularity].ms) + 1;
    const items = Array.from({ length: periods * routes }, (_, i) => ({
      email,
      bucket: `${periodPrefix(granularity, NOW - Math.floor(i / routes) * GRAINS[granularity].ms)}01KAPZ00000000000000000000#GET /part-${i % routes}`,
      deleteAt: 1_900_000_000,
      s200: 1,
      ...filler,
    }));
    const { client, tables } = db();
    const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, batch) =>
      items.slice(batch * 25, (batch + 1) * 25).map((Item) => ({ PutRequest: { Item } })),
    );
    await Promise.all(
      batches.map((batch) => client.send(new BatchWriteCommand({ RequestItems: { [tables.apiUsage]: batch } }))),
    );
  }
  beforeAll(() => Promise.all([fill('hour', 40, WIDE), fill('day', 40)]));

  test('is told by a coarser granularity, and stops to read where it is too much', async () => {
    const connected = db();
    const read = await readReport(connected, email, { from }, NOW, 500);
    if ('field' in read) throw new Error(read.message);
    expect(read.span.granularity).toBe('day');
    expect(read.summary.report([]).totals.requests).toBe(120);
    // Two of each granularity: the hours take four at least as a whole.
    expect(commands(connected.sent)).toHaveLength(4);
  });

  test('is refused where that granularity was asked for, or there is none coarser', async () => {
    const ask = (granularity: Granularity | undefined, most: number) =>
      readReport(db(), email, { from, granularity }, NOW, most);
    expect(await ask('hour', 500)).toEqual({
      field: 'query.from',
      message: 'Invalid span: it has more than 500 counters by hour; expected a shorter one, or a coarser granularity',
    });
    expect(await ask(undefined, 100)).toEqual({
      field: 'query.from',
      message: 'Invalid span: it has more than 100 counters by day; expected a shorter one',
    });
  });

  test('is made to the last counter that is allowed', async () => {
    const read = await readReport(db(), email, { from, granularity: 'day' }, NOW, 120);
    expect(read).toHaveProperty('summary');
    expect(MOST_COUNTERS).toBeGreaterThan(50 * 40 * 31);
  });
});
