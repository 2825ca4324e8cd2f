import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { readEvents } from '../../lib/events/event.store.ts';
import { type EventType, eventRecord } from '../../lib/events/event.ts';
import type { Database } from '../../lib/store/database.ts';
import { newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

const ACTOR = { email: '', ip: '', userAgent: '', requestId: '' };

/** Writes an audit log, the oldest event first. */
async function fill(db: Database, email: Email, types: readonly EventType[]): Promise<void> {
  const items = types.map((type, age) => eventRecord(email, { type, changes: {} }, ACTOR, ulid(NOW + age), NOW + age));
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, batch) =>
    items.slice(batch * 25, (batch + 1) * 25).map((Item) => ({ PutRequest: { Item } })),
  );
  await Promise.all(
    batches.map((batch) => db.client.send(new BatchWriteCommand({ RequestItems: { [db.tables.apiEvents]: batch } }))),
  );
}

const many = (type: EventType, count: number): EventType[] => Array.from({ length: count }, () => type);

describeOnAnEngine('events of one type', (store) => {
  test('are found by page after page, each of which looks through at most 1,000 events', async () => {
    const db = store.connect();
    const email = newUser();
    await fill(db, email, ['plan.changed', 'plan.changed', ...many('key.refused', 1_100)]);
    const pages: number[] = [];
    const queries: number[] = [];
    let after: string | undefined;
    do {
      db.sent.length = 0;
      const page = await readEvents(db, email, { limit: 1, type: 'plan.changed', after });
      pages.push(page.events.length);
      queries.push(db.sent.length);
      after = page.next;
    } while (after !== undefined);
    expect(pages).toEqual([0, 1, 1]);
    expect(Math.max(...queries)).toBe(10);
  });

  test('are none twice and none left out, however they are spread', async () => {
    const db = store.connect();
    const email = newUser();
    const types = Array.from({ length: 300 }, (_, i): EventType => (i % 7 === 0 ? 'key.updated' : 'key.refused'));
    await fill(db, email, types);
    const found: number[] = [];
    let after: string | undefined;
    do {
      const { events, next } = await readEvents(db, email, { limit: 25, type: 'key.updated', after });
      found.push(...events.map(({ occurredAt }) => occurredAt - NOW));
      after = next;
    } while (after !== undefined);
    expect(found).toEqual(types.flatMap((type, age) => (type === 'key.updated' ? [age] : [])).reverse());
  });
});
