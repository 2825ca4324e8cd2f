import { rollUpAll } from '../lib/credits/roll-up.store.ts';
import { writeAllNotices } from '../lib/notices/notices.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();
const SPARE_MS = 30_000;

/** Runs every hour: tells of keys that end soon or lie idle, and rolls up what accounts spent on the days before. */
export const handler = async (_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
  const hasTime = () => context.getRemainingTimeInMillis() > SPARE_MS;
  const told = await writeAllNotices(db, Date.now(), hasTime);
  const rolled = await rollUpAll(db, Date.now(), hasTime);
  const failures = [...told.failures, ...rolled.failures];
  for (const failure of failures) console.error(failure);
  console.info({
    message: 'notices were written',
    keys: told.records,
    notices: told.written,
    ledgers: rolled.records,
    lines: rolled.written,
    failed: failures.length,
  });
  if (failures.length > 0) throw new Error(`${failures.length} keys or ledgers failed; they stay due`);
};
