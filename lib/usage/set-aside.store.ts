import { deleteAfter } from '../expiry.ts';
import { withoutSecrets } from '../keys/redaction.ts';
import { writeItems } from '../store/batch-write.store.ts';
import type { Database } from '../store/database.ts';
import type { BrokenLine } from './batch.ts';

const KEPT_SECONDS = 30 * 86_400;
/** As much as tells what it was; the log has the whole of it. */
const SHOWN_CHARACTERS = 1_000;

/**
 * Keeps the lines that could not be read, each with the reason, for 30 days: in `api_usage` under `set-aside#<day>`, by the
 * id of the log event. A line that is set aside again is the same item.
 *
 * @throws StoreUnavailable if DynamoDB does not take them within 10 attempts.
 */
export async function setAside(db: Database, logGroup: string, lines: readonly BrokenLine[]): Promise<void> {
  const requests = lines.map((line) => ({ PutRequest: { Item: itemOf(logGroup, line) } }));
  await writeItems(db, db.tables.apiUsage, requests);
}

/** The partition of the lines of a time's day, in milliseconds since the epoch. */
export const setAsideOn = (at: number): string => `set-aside#${new Date(at).toISOString().slice(0, 10)}`;

const itemOf = (logGroup: string, { event, reason }: BrokenLine) => ({
  email: setAsideOn(event.timestamp),
  bucket: event.id,
  reason: withoutSecrets(reason),
  logGroup,
  line: withoutSecrets(event.message).slice(0, SHOWN_CHARACTERS),
  deleteAt: deleteAfter(event.timestamp, KEPT_SECONDS),
});
