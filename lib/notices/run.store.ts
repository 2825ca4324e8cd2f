import type { Database } from '../store/database.ts';
import { type Due, readDue, writeNotices } from './notices.store.ts';

/** What one run came to. */
export interface NoticeRun {
  readonly keys: number;
  readonly notices: number;
  /** What went wrong, a key each: such a key stays due. */
  readonly failures: readonly unknown[];
}

/** Keys of one account one after the other, as each may change the account; accounts side by side. */
async function writePage(db: Database, page: readonly Due[], now: number) {
  const accounts = Map.groupBy(page, ({ email }) => email).values();
  const results = Array.from(accounts, async (keys) => {
    const settled: PromiseSettledResult<readonly unknown[]>[] = [];
    for (const due of keys) settled.push(...(await Promise.allSettled([writeNotices(db, due, now)])));
    return settled;
  });
  return (await Promise.all(results)).flat();
}

/**
 * Writes every notice that is due. What is not done when the time is up, or fails, is due still at the next run.
 *
 * @param now milliseconds since the epoch.
 * @param hasTime tells whether there is time for 100 keys more.
 */
export async function writeAllNotices(db: Database, now: number, hasTime: () => boolean): Promise<NoticeRun> {
  let keys = 0;
  let notices = 0;
  const failures: unknown[] = [];
  for await (const page of readDue(db, now)) {
    for (const result of await writePage(db, page, now)) {
      keys += 1;
      if (result.status === 'fulfilled') notices += result.value.length;
      else failures.push(result.reason);
    }
    if (!hasTime()) break;
  }
  return { keys, notices, failures };
}
