import { noteSpending, rollUpAt } from '../lib/credits/roll-up.store.ts';
import { writeAlert } from '../lib/events/alerts.store.ts';
import { writeRefusals } from '../lib/events/refusals.store.ts';
import { alertName, type ToldAlert } from '../lib/events/told-alert.ts';
import { Lru } from '../lib/metering/lru.ts';
import { recordingLine } from '../lib/metrics/recording-metrics.ts';
import { writeMetrics } from '../lib/metrics/stdout.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { tally } from '../lib/usage/batch.ts';
import { openEnvelope, type SubscriptionEvent } from '../lib/usage/envelope.ts';
import { batchId, record } from '../lib/usage/record.store.ts';
import { setAside } from '../lib/usage/set-aside.store.ts';

const db = serviceDatabase();

/** What this container has noted already, to be noted once only: it need not ask the table again. */
const noted = new Lru<string, true>(10_000);

async function once(name: string, note: () => Promise<void>): Promise<void> {
  if (noted.get(name)) return;
  await note();
  noted.set(name, true);
}

async function noteSpenders(spent: ReadonlyMap<string, number>): Promise<void> {
  for (const [email, at] of spent) {
    await once(`${email} spent ${rollUpAt(at)}`, () => noteSpending(db, email, at));
  }
}

async function tellAlerts(alerts: readonly ToldAlert[]): Promise<void> {
  for (const alert of alerts) await once(`${alert.email} ${alertName(alert)}`, () => writeAlert(db, alert));
}

/** Adds what the logs tell of calls to the usage counters, and the first refusals to the audit log: see `record` for what holds when it is delivered again. */
export const handler = async (event: SubscriptionEvent): Promise<void> => {
  const { logGroup, events } = openEnvelope(event);
  const { calls, increments, refused, alerts, spent, broken } = tally(events);
  await record(db, batchId(events), increments, Date.now());
  await writeRefusals(db, refused);
  await tellAlerts(alerts);
  await noteSpenders(spent);
  if (broken.length > 0) {
    await setAside(db, logGroup, broken);
    console.warn({ message: 'lines were set aside', logGroup, count: broken.length, first: broken[0]?.reason });
  }
  const metrics = recordingLine({ events, calls, setAside: broken.length }, Date.now());
  if (metrics) writeMetrics(metrics);
  console.info({ message: 'usage was recorded', logGroup, events: events.length, calls, items: increments.length });
};
