import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import type { Database } from '../../lib/store/database.ts';
import { tally } from '../../lib/usage/batch.ts';
import type { CountedCall } from '../../lib/usage/counters.ts';
import type { LogEvent } from '../../lib/usage/envelope.ts';
import { batchId, record } from '../../lib/usage/record.store.ts';
import { summarize } from '../../lib/usage/report.ts';
import { readUsage } from '../../lib/usage/usage.store.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnAnEngine, type Intercept, type Sent, type Store } from '../support/store.ts';
import { anyCall, KEY_IDS, lineOf, naiveStats, naiveStatuses, ROUTES } from '../support/usage-calls.ts';
import { eventOf } from '../support/usage-lines.ts';

let users = 0;
const newUser = () => `usage${++users}@example.com` as Email;

const eventsOf = (calls: readonly CountedCall[]): LogEvent[] => calls.map((call) => eventOf(lineOf(call), call.at));

/** What the function does with one delivery. */
const deliver = (db: Database, events: readonly LogEvent[]): Promise<void> =>
  record(db, batchId(events), tally(events).increments, NOW);

/** A user's usage, by day, hour and minute: each must show the same. */
async function usageOf(db: Database, email: Email) {
  const found = [];
  for (const granularity of ['day', 'hour', 'minute'] as const) {
    const span = { from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 25), granularity };
    const summary = summarize(span);
    await readUsage(db, email, span, summary.add);
    const { totals, statuses } = summary.report([]);
    const { latencyMs, ...stats } = totals;
    found.push({ ...stats, mean: latencyMs?.mean ?? null, statuses });
  }
  return found;
}

const naive = (calls: readonly CountedCall[]) =>
  Array(3).fill({ ...naiveStats(calls), statuses: naiveStatuses(calls) });

const sample = <Value>(arbitrary: fc.Arbitrary<Value>, count: number, seed: number): Value[] =>
  fc.sample(arbitrary, { numRuns: count, seed });

/** Fails the request of a number, before or after the engine has done it. */
function killedAt(store: Store, place: number, when: 'before' | 'after'): Database {
  let count = 0;
  const intercept: Intercept = async (_, proceed) => {
    const isKilled = ++count === place;
    if (isKilled && when === 'before') throw new Error('killed');
    const output = await proceed();
    if (isKilled) throw new Error('killed');
    return output;
  };
  return store.connect(intercept);
}

const transactions = (sent: readonly Sent[]) =>
  commands(sent).filter((command) => command === 'TransactWriteItems').length;

describeOnAnEngine('usage', (store) => {
  const db = store.connect();

  test('is what happened, to the unit, by every granularity', async () => {
    const emails = [newUser(), newUser()];
    const calls = sample(anyCall(emails), 500, 1);
    await deliver(db, eventsOf(calls));
    for (const email of emails) {
      expect(await usageOf(db, email)).toEqual(naive(calls.filter((call) => call.email === email)));
    }
  });

  test('does not change where every batch is delivered four times, in any order and at once', async () => {
    const email = newUser();
    const calls = sample(anyCall([email]), 600, 2);
    const batches = Array.from({ length: 6 }, (_, i) => eventsOf(calls.slice(i * 100, (i + 1) * 100)));
    const deliveries = batches.flatMap((batch) => [batch, batch.toReversed(), batch, batch]);
    const shuffled = sample(fc.shuffledSubarray(deliveries, { minLength: deliveries.length }), 1, 3)[0] ?? [];
    expect(shuffled).toHaveLength(24);
    await Promise.all(shuffled.map((batch) => deliver(store.connect(), batch)));
    expect(await usageOf(db, email)).toEqual(naive(calls));
  });

  test.each(['before', 'after'] as const)(
    'loses and doubles nothing if the recorder is killed at any write, %s it is done, and tries again',
    async (when) => {
      const email = newUser();
      const calls = sample(anyCall([email]), 300, 4);
      const events = eventsOf(calls);
      const whole = store.connect();
      await deliver(whole, eventsOf(sample(anyCall([newUser()]), 300, 4)));
      const writes = transactions(whole.sent);
      expect(writes).toBeGreaterThan(2);
      for (let place = 1; place <= writes; place++) {
        await expect(deliver(killedAt(store, place, when), events)).rejects.toThrow('killed');
      }
      await deliver(db, events);
      expect(await usageOf(db, email)).toEqual(naive(calls));
    },
  );

  test('loses and doubles nothing where an answer is lost, or DynamoDB asks for a pause', async () => {
    const email = newUser();
    const calls = sample(anyCall([email]), 200, 5);
    let count = 0;
    const flaky = store.connect(async (_, proceed) => {
      count += 1;
      if (count % 3 === 0) throw Object.assign(new Error('throttled'), { name: 'ThrottlingException' });
      const output = await proceed();
      if (count % 3 === 1) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return output;
    });
    await deliver(flaky, eventsOf(calls));
    expect(await usageOf(db, email)).toEqual(naive(calls));
  });

  test('gives up on what is wrong with the request itself, at once', async () => {
    const broken = store.connect(async () => {
      throw Object.assign(new Error('not valid'), { name: 'ValidationException' });
    });
    await expect(deliver(broken, eventsOf(sample(anyCall([newUser()]), 1, 6)))).rejects.toThrow('not valid');
    expect(broken.sent).toHaveLength(1);
  });

  test('takes at most three items a key, route and minute, and one marker for 99 of them', async () => {
    const email = newUser();
    const calls = sample(anyCall([email], NOW, 59_999), 400, 7);
    const items: number[] = [];
    const counting = store.connect((_, proceed, { TransactItems }) => {
      items.push((TransactItems as unknown[]).length);
      return proceed();
    });
    await deliver(counting, eventsOf(calls));
    const groups = KEY_IDS.length * ROUTES.length;
    const [writes, markers] = [items.reduce((sum, count) => sum + count, 0), items.length];
    expect(writes - markers).toBeLessThanOrEqual(3 * groups);
    expect(markers).toBe(Math.ceil((writes - markers) / 99));
  });

  test('is deleted in time: after 2 days by minute, 90 by hour, 731 by day, and its markers after 30', async () => {
    const email = newUser();
    const [call = expect.fail()] = sample(anyCall([email], Date.UTC(2026, 10, 23, 12), 0), 1, 8);
    const before = new Set(Object.keys(await store.dump()));
    await deliver(db, eventsOf([call]));
    const written = Object.entries(await store.dump()).filter(([name]) => !before.has(name));
    const deleted = written.map(([name, { deleteAt }]) => [
      name.split(/[ #]/)[1]?.length === 1 ? name.split(' ')[1]?.[0] : 'batch',
      deleteAt,
    ]);
    const midnight = (days: number) => Date.UTC(2026, 10, 24 + days) / 1_000;
    expect(Object.fromEntries(deleted)).toEqual({
      d: midnight(731),
      h: Date.UTC(2026, 10, 23, 13) / 1_000 + 90 * 86_400,
      m: Date.UTC(2026, 10, 23, 12, 1) / 1_000 + 2 * 86_400,
      batch: NOW / 1_000 + 30 * 86_400,
    });
  });
});
