import { type AttributeValue, DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { migrate, type RunOptions, type StepResult } from '../../migrations/runner/run.ts';

/** Runs migrations as this process, in segments enough to be side by side. */
export const migrateTo = (db: Database, to: number, options: Partial<RunOptions> = {}): Promise<StepResult[]> =>
  migrate(db, {
    to,
    segments: 3,
    holder: { host: 'test', pid: 1, since: 0 },
    signal: new AbortController().signal,
    ...options,
  });

/** Every item of `user_preferences`, as DynamoDB holds it, by address and record. */
export async function itemsOf({ client, tables }: Database): Promise<Record<string, Record<string, AttributeValue>>> {
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: tables.userPreferences, ConsistentRead: true }),
  );
  return Object.fromEntries(Items.map((item) => [`${item.email?.S} ${item.record?.S}`, item]));
}

/** Removes every item of `user_preferences`. */
export async function emptyTable(db: Database): Promise<void> {
  for (;;) {
    const items = Object.values(await itemsOf(db));
    if (items.length === 0) return;
    await Promise.all(
      items.map(({ email, record }) =>
        db.client.send(
          new DeleteItemCommand({
            TableName: db.tables.userPreferences,
            Key: { email: email as AttributeValue, record: record as AttributeValue },
          }),
        ),
      ),
    );
  }
}

export const putItem = async ({ client, tables }: Database, Item: Record<string, AttributeValue>): Promise<void> => {
  await client.send(new PutItemCommand({ TableName: tables.userPreferences, Item }));
};
