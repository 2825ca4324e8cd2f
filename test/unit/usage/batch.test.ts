import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemSize } from '../../../bench/support/item-size.ts';
import { type Increment, tally } from '../../../lib/usage/batch.ts';
import { pack } from '../../../lib/usage/packing.ts';
import { sorted } from '../../support/sorted.ts';
import { anyCall, lineOf, naiveStatuses } from '../../support/usage-calls.ts';
import { accessLine, eventOf, KEY_ID } from '../../support/usage-lines.ts';

const plain = (increments: readonly Increment[]) =>
  increments.map(({ tally: counters, ...item }) => ({ ...item, counters: sorted(counters) }));

const calls = fc.array(anyCall(['ada@example.com', 'bob@example.com']), { maxLength: 60 });
const TAIL = `${KEY_ID}#GET /api/orders/{id}`;

test('a call is one item a minute, hour and day, each named by its period in UTC', () => {
  const at = Date.UTC(2026, 1, 28, 23, 59, 59, 999);
  const { increments, calls: counted } = tally([eventOf(accessLine({ requestTimeEpoch: at }), at)]);
  const counters = [
    ['c', 1],
    ['l42', 1],
    ['s200', 1],
    ['t', 48],
  ];
  const email = 'ada@example.com';
  expect(counted).toBe(1);
  expect(plain(increments)).toEqual([
    { email, bucket: `d#2026-02-28#${TAIL}`, deleteAt: Date.UTC(2026, 2, 1 + 731) / 1_000, counters },
    { email, bucket: `h#2026-02-28T23#${TAIL}`, deleteAt: Date.UTC(2026, 2, 1 + 90) / 1_000, counters },
    { email, bucket: `m#2026-02-28T23:59#${TAIL}`, deleteAt: Date.UTC(2026, 2, 1 + 2) / 1_000, counters },
  ]);
});

test('the next millisecond is another minute, hour and day', () => {
  const at = Date.UTC(2027, 0, 1);
  const times = [at - 1, at].map((requestTimeEpoch) => eventOf(accessLine({ requestTimeEpoch }), at));
  expect(tally(times).increments.map(({ bucket }) => bucket.split('#')[1])).toEqual([
    '2026-12-31',
    '2027-01-01',
    '2026-12-31T23',
    '2027-01-01T00',
    '2026-12-31T23:59',
    '2027-01-01T00:00',
  ]);
});

test('every granularity adds up to what went in', () => {
  fc.assert(
    fc.property(calls, (given) => {
      const { increments, calls: counted } = tally(given.map((call) => eventOf(lineOf(call), call.at)));
      expect(counted).toBe(given.length);
      for (const letter of ['m', 'h', 'd']) {
        const statuses: Record<string, number> = {};
        let [latency, credits] = [0, 0];
        for (const increment of increments.filter(({ bucket }) => bucket.startsWith(`${letter}#`))) {
          for (const [name, count] of increment.tally) {
            if (/^[sj]/.test(name)) statuses[name.slice(1)] = (statuses[name.slice(1)] ?? 0) + count;
            if (name === 't') latency += count;
            if (name === 'c') credits += count;
          }
        }
        const timed = given.filter(({ rejected }) => !rejected);
        expect(statuses).toEqual(naiveStatuses(given));
        expect(latency).toBe(timed.reduce((sum, call) => sum + (call.latency ?? 0), 0));
        expect(credits).toBe(given.reduce((sum, call) => sum + call.credits, 0));
      }
    }),
  );
});

test('the same events come to the same increments in any order, and also where one is there twice', () => {
  fc.assert(
    fc.property(calls, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (given, random) => {
      const events = given.map((call) => eventOf(lineOf(call), call.at));
      const shuffled = [...events, ...events.slice(0, 5)]
        .map((event) => ({ event, place: random.next().value ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      expect(plain(tally(shuffled).increments)).toEqual(plain(tally(events).increments));
    }),
  );
});

test('a broken line is told with its event, and the others count', () => {
  const [good, bad] = [eventOf(accessLine()), eventOf(accessLine({ status: 'x' }))];
  const { calls: counted, broken } = tally([bad, good, eventOf(accessLine({ keyId: '-' }))]);
  expect(counted).toBe(1);
  expect(broken).toEqual([{ event: bad, reason: expect.stringContaining('status is "x"') }]);
});

test('an item with every latency up to 30 s and twelve statuses is less than 1 KB', () => {
  const statuses = [200, 201, 202, 204, 400, 401, 403, 404, 429, 500, 502, 503];
  const events = Array.from({ length: 30_000 }, (_, responseLatency) =>
    eventOf(
      accessLine({
        email: 'somebody.with.a.long.name@mail.example.com',
        routeKey: 'GET /api/catalog/categories/{category}/items/{item}/prices',
        responseLatency,
        status: statuses[responseLatency % statuses.length],
        credits: 1_000_000,
      }),
    ),
  );
  const [day] = tally(events).increments;
  const { email, bucket, deleteAt, tally: counters } = day ?? expect.fail();
  const busiest = new Map([...counters].map(([name]) => [name, 99_999_999]));
  const size = itemSize({ email, bucket, deleteAt, ...Object.fromEntries(pack(busiest)) });
  expect(size).toBeLessThan(1_024);
});
