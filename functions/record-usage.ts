import { noteSpending, rollUpAt } from '../lib/credits/roll-up.store.ts';
import { writeRefusals } from '../lib/events/refusals.store.ts';
import { Lru } from '../lib/metering/lru.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { tally } from '../lib/usage/batch.ts';
import { openEnvelope, type SubscriptionEvent } from '../lib/usage/envelope.ts';
import { batchId, record } from '../lib/usage/record.store.ts';
import { setAside } from '../lib/usage/set-aside.store.ts';

const db = serviceDatabase();

/** Of which account and day this container has noted already that it spent. */
const noted = new Lru<string, true>(10_000);

async function noteSpenders(spent: ReadonlyMap<string, number>): Promise<void> {
  for (const [email, at] of spent) {
    const name = `${email} ${rollUpAt(at)}`;
    if (noted.get(name)) continue;
    await noteSpending(db, email, at);
    noted.set(name, true);
  }
}

/** Adds what the logs tell of calls to the usage counters, and the first refusals to the audit log: see `record` for what holds when it is delivered again. */
export const handler = async (event: SubscriptionEvent): Promise<void> => {
  const { logGroup, events } = openEnvelope(event);
  const { calls, increments, refused, spent, broken } = tally(events);
  await record(db, batchId(events), increments, Date.now());
  await writeRefusals(db, refused);
  await noteSpenders(spent);
  if (broken.length > 0) {
    await setAside(db, logGroup, broken);
    console.warn({ message: 'lines were set aside', logGroup, count: broken.length, first: broken[0]?.reason });
  }
  console.info({ message: 'usage was recorded', logGroup, events: events.length, calls, items: increments.length });
};
