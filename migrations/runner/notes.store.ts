import { createHash } from 'node:crypto';
import { BatchGetCommand, BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { MIGRATION_NOTE, MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { type Migration, type Note, numberOf } from '../migration.ts';
import { pauseAfter, persistently } from './retry.ts';

const prefixOf = ({ id }: Migration): string => `${MIGRATION_NOTE}${numberOf(id)}#`;

/** An address may be longer than a sort key. */
const keyOf = (migration: Migration, address: string) => ({
  email: MIGRATIONS_PARTITION,
  record: prefixOf(migration) + createHash('sha256').update(address).digest('hex'),
});

const inLots = <Thing>(things: readonly Thing[], size: number): Thing[][] =>
  Array.from({ length: Math.ceil(things.length / size) }, (_, lot) => things.slice(lot * size, (lot + 1) * size));

type Requests = { PutRequest: { Item: object } }[] | { DeleteRequest: { Key: object } }[];

async function writeAll({ client, tables }: Database, all: Requests): Promise<void> {
  for (const lot of inLots<Requests[number]>(all, 25)) {
    let waiting: Record<string, Requests[number][]> = { [tables.userPreferences]: lot };
    for (let attempt = 1; Object.keys(waiting).length > 0; attempt++) {
      if (attempt > 1) await pauseAfter(attempt);
      const { UnprocessedItems = {} } = await persistently(() =>
        client.send(new BatchWriteCommand({ RequestItems: waiting })),
      );
      waiting = UnprocessedItems as typeof waiting;
    }
  }
}

/** Keeps notes, a row one: a later one takes the place of an earlier one. */
export const putNotes = (db: Database, migration: Migration, notes: readonly Note[]): Promise<void> =>
  writeAll(
    db,
    notes.map((note) => ({ PutRequest: { Item: { ...keyOf(migration, note.address), ...note } } })),
  );

/** All notes of a migration. */
export async function readNotes({ client, tables }: Database, migration: Migration): Promise<Note[]> {
  const notes: Note[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const command = new QueryCommand({
      TableName: tables.userPreferences,
      KeyConditionExpression: 'email = :partition AND begins_with(#record, :prefix)',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':partition': MIGRATIONS_PARTITION, ':prefix': prefixOf(migration) },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    const page = await persistently(() => client.send(command));
    notes.push(...(page.Items ?? []).map(({ email: _, record: __, ...note }) => note as Note));
    start = page.LastEvaluatedKey;
  } while (start);
  return notes;
}

/** The notes of some rows, by address. */
export async function findNotes(
  { client, tables }: Database,
  migration: Migration,
  addresses: readonly string[],
): Promise<Map<string, Note>> {
  const found = new Map<string, Note>();
  for (const lot of inLots(addresses, 100)) {
    let Keys: Record<string, unknown>[] = lot.map((address) => keyOf(migration, address));
    for (let attempt = 1; Keys.length > 0; attempt++) {
      if (attempt > 1) await pauseAfter(attempt);
      const { Responses, UnprocessedKeys } = await persistently(() =>
        client.send(
          new BatchGetCommand({ RequestItems: { [tables.userPreferences]: { Keys, ConsistentRead: true } } }),
        ),
      );
      for (const note of Responses?.[tables.userPreferences] ?? []) found.set(note.address, note as Note);
      Keys = UnprocessedKeys?.[tables.userPreferences]?.Keys ?? [];
    }
  }
  return found;
}

/** Forgets the notes of a migration. */
export async function deleteNotes(db: Database, migration: Migration): Promise<void> {
  const notes = await readNotes(db, migration);
  await writeAll(
    db,
    notes.map(({ address }) => ({ DeleteRequest: { Key: keyOf(migration, address) } })),
  );
}
