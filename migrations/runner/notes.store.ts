import { createHash } from 'node:crypto';
import { readItems } from '../../lib/store/batch-read.store.ts';
import { type WriteRequest, writeItems } from '../../lib/store/batch-write.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { MIGRATION_NOTE, MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { type Item, queryAll } from '../../lib/store/read-all.store.ts';
import { PATIENT, patiently } from '../../lib/store/retry.ts';
import { type Migration, type Note, numberOf } from '../migration.ts';

const prefixOf = ({ id }: Migration): string => `${MIGRATION_NOTE}${numberOf(id)}#`;

/** An address may be longer than a sort key. */
const keyOf = (migration: Migration, address: string) => ({
  email: MIGRATIONS_PARTITION,
  record: prefixOf(migration) + createHash('sha256').update(address).digest('hex'),
});

const writeAll = (db: Database, requests: readonly WriteRequest[]): Promise<void> =>
  writeItems(db, db.tables.userPreferences, requests, PATIENT);

/** Keeps notes, a row one: a later one takes the place of an earlier one. */
export const putNotes = (db: Database, migration: Migration, notes: readonly Note[]): Promise<void> =>
  writeAll(
    db,
    notes.map((note) => ({ PutRequest: { Item: { ...keyOf(migration, note.address), ...note } } })),
  );

const noteIn = ({ email: _, record: __, ...note }: Item): Note => note as Note;

/** All notes of a migration. */
export async function readNotes(db: Database, migration: Migration): Promise<Note[]> {
  const notes = await patiently(() =>
    queryAll(db, {
      TableName: db.tables.userPreferences,
      KeyConditionExpression: 'email = :partition AND begins_with(#record, :prefix)',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':partition': MIGRATIONS_PARTITION, ':prefix': prefixOf(migration) },
    }),
  );
  return notes.map(noteIn);
}

/** The notes of some rows, by address. */
export async function findNotes(
  db: Database,
  migration: Migration,
  addresses: readonly string[],
): Promise<Map<string, Note>> {
  const keys = addresses.map((address) => keyOf(migration, address));
  const notes = await readItems(db, db.tables.userPreferences, keys, PATIENT);
  return new Map(notes.map(noteIn).map((note) => [note.address, note]));
}

/** Forgets the notes of a migration. */
export async function deleteNotes(db: Database, migration: Migration): Promise<void> {
  const notes = await readNotes(db, migration);
  await writeAll(
    db,
    notes.map(({ address }) => ({ DeleteRequest: { Key: keyOf(migration, address) } })),
  );
}
