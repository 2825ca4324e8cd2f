import { writeAllNotices } from '../lib/notices/run.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();
const SPARE_MS = 30_000;

/** Runs every hour: tells of keys that end soon or lie idle. */
export const handler = async (_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
  const hasTime = () => context.getRemainingTimeInMillis() > SPARE_MS;
  const { keys, notices, failures } = await writeAllNotices(db, Date.now(), hasTime);
  for (const failure of failures) console.error(failure);
  console.info({ message: 'notices were written', keys, notices, failed: failures.length });
  if (failures.length > 0) throw new Error(`the notices of ${failures.length} keys failed; they stay due`);
};
