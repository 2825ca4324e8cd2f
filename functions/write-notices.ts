import { type Due, readDue, writeNotices } from '../lib/notices/notices.store.ts';
import type { Notice } from '../lib/notices/schedule.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

/** Keys of one account one after the other, as each may change the account; accounts side by side. */
async function writeAll(page: readonly Due[], now: number): Promise<PromiseSettledResult<Notice[]>[]> {
  const accounts = Map.groupBy(page, ({ email }) => email).values();
  const results = Array.from(accounts, async (keys) => {
    const settled: PromiseSettledResult<Notice[]>[] = [];
    for (const due of keys) settled.push(...(await Promise.allSettled([writeNotices(db, due, now)])));
    return settled;
  });
  return (await Promise.all(results)).flat();
}

/** Runs every hour. What it cannot finish in its time, or fails, is due still at its next run. */
export const handler = async (_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
  const now = Date.now();
  const counts = { keys: 0, notices: 0, failed: 0 };
  for await (const page of readDue(db, now)) {
    for (const result of await writeAll(page, now)) {
      counts.keys += 1;
      if (result.status === 'fulfilled') counts.notices += result.value.length;
      else {
        counts.failed += 1;
        console.error(result.reason);
      }
    }
    if (context.getRemainingTimeInMillis() < 30_000) break;
  }
  console.info({ message: 'notices were written', ...counts });
  if (counts.failed > 0) throw new Error(`the notices of ${counts.failed} keys failed; they stay due`);
};
