import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { deleteAfter } from '../expiry.ts';
import { withoutSecrets } from '../keys/redaction.ts';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { BrokenLine } from './batch.ts';

const ITEMS = 25;
const ATTEMPTS = 10;
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
  for (let start = 0; start < lines.length; start += ITEMS) {
    await put(
      db,
      lines.slice(start, start + ITEMS).map((line) => itemOf(logGroup, line)),
    );
  }
}

const itemOf = (logGroup: string, { event, reason }: BrokenLine) => ({
  email: `set-aside#${new Date(event.timestamp).toISOString().slice(0, 10)}`,
  bucket: event.id,
  reason: withoutSecrets(reason),
  logGroup,
  line: withoutSecrets(event.message).slice(0, SHOWN_CHARACTERS),
  deleteAt: deleteAfter(event.timestamp, KEPT_SECONDS),
});

async function put({ client, tables: { apiUsage } }: Database, items: Record<string, unknown>[]): Promise<void> {
  let open = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [apiUsage]: open } }));
    open = (UnprocessedItems?.[apiUsage] ?? []) as typeof open;
    if (open.length === 0) return;
    await pauseUpTo(Math.min(20 * 2 ** attempt, 1_000));
  }
  throw new StoreUnavailable(`${open.length} lines could not be set aside within ${ATTEMPTS} attempts`);
}
