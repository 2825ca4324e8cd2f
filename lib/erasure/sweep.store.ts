import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ACCOUNT_RECORD } from '../accounts/account.ts';
import { type Email, normalizeEmail } from '../accounts/email.ts';
import { writeItems } from '../store/batch-write.store.ts';
import { unlessRefused } from '../store/conditions.ts';
import type { Database, Tables } from '../store/database.ts';
import { MIGRATION_NOTE, MIGRATIONS_PARTITION } from '../store/migrations-partition.ts';
import { type Item, queryAll, scanTable } from '../store/read-all.store.ts';
import { setAsideOn } from '../usage/set-aside.store.ts';
import { type Mentions, mentionsOf } from './mentions.ts';

/** How many items were deleted, and how many of others were changed because they named the person. */
export interface Swept {
  readonly deleted: number;
  readonly changed: number;
}

type TableName = keyof Tables;

/** Attributes of the primary key of each table. */
const KEYS: Readonly<Record<TableName, readonly [string, string?]>> = {
  apiUsage: ['email', 'bucket'],
  apiEvents: ['email', 'eventId'],
  apiKeys: ['keyHash'],
  userPreferences: ['email', 'record'],
};

const DAY_MS = 86_400_000;
/** Lines are set aside for 30 days, and DynamoDB deletes what has expired some days later. */
const SET_ASIDE_DAYS = 45;
/** A log's clock may be ahead. */
const DAYS_AHEAD = 2;
const SET_ASIDE = ['email', 'bucket', 'line', 'reason'];

function keyOf(table: TableName, item: Item): Item {
  return Object.fromEntries(KEYS[table].map((name) => [name, item[name as string]]));
}

async function remove(db: Database, table: TableName, items: readonly Item[]): Promise<number> {
  const requests = items.map((item) => ({ DeleteRequest: { Key: keyOf(table, item) } }));
  await writeItems(db, db.tables[table], requests);
  return items.length;
}

/** Reads some attributes of a partition: counters of usage may be no numbers of JavaScript. */
function partition(db: Database, table: TableName, value: string, attributes: readonly string[]): Promise<Item[]> {
  return queryAll(db, {
    TableName: db.tables[table],
    KeyConditionExpression: 'email = :email',
    ProjectionExpression: attributes.map((_, index) => `#${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#${index}`, name])),
    ExpressionAttributeValues: { ':email': value },
  });
}

const own = (db: Database, table: TableName, email: Email): Promise<Item[]> =>
  partition(db, table, email, KEYS[table] as readonly string[]);

/** An item of somebody else that names the person: what it says stays, the name goes. */
async function redact(db: Database, table: TableName, item: Item, mentions: Mentions): Promise<void> {
  const clean = mentions.without(item) as Item;
  const keys = new Set<string | undefined>(KEYS[table]);
  const names = Object.keys(item).filter((name) => !keys.has(name) && mentions.isIn({ [name]: item[name] }));
  const numbered = <Value>(value: (name: string) => Value, mark: string) =>
    Object.fromEntries(names.map((name, index) => [mark + index, value(name)]));
  const update = new UpdateCommand({
    TableName: db.tables[table],
    Key: keyOf(table, item),
    UpdateExpression: `SET ${names.map((_, index) => `#${index} = :${index}`).join(', ')}`,
    ConditionExpression: names.map((_, index) => `#${index} = :before${index}`).join(' AND '),
    ExpressionAttributeNames: numbered((name) => name, '#'),
    ExpressionAttributeValues: {
      ...numbered((name) => clean[name], ':'),
      ...numbered((name) => item[name], ':before'),
    },
  });
  // One that was changed or deleted meanwhile is looked at again by the next sweep.
  await db.client.send(update).catch(unlessRefused);
}

/** What a migration has noted of a row. */
const isNote = ({ email, record }: Item): boolean =>
  email === MIGRATIONS_PARTITION && String(record).startsWith(MIGRATION_NOTE);

/** Where a migration is that is under way: an address in it says from where it goes on. */
const isPlaceOfMigration = (item: Item): boolean => item.email === MIGRATIONS_PARTITION && !isNote(item);

/**
 * Looks through a whole table for what is not under the person's address. Deleted is what is theirs: the store's own rows under the
 * address as somebody else writes it, such as `Ada@Example.com`, and what migrations have noted of such rows. Of the rest the name
 * is taken out: whoever acted on the accounts of others is named there, in events and in lines of ledgers.
 */
async function sweepOthers(db: Database, table: TableName, email: Email, mentions: Mentions): Promise<Swept> {
  const theirs: Item[] = [];
  const named: Item[] = [];
  const keys = new Set<string | undefined>(KEYS[table]);
  await scanTable(db, { TableName: db.tables[table], ConsistentRead: true }, (item) => {
    if (item.email === email || isPlaceOfMigration(item)) return;
    const said = Object.fromEntries(Object.entries(item).filter(([name]) => !keys.has(name)));
    const isNamed = mentions.isIn(said);
    if (normalizeEmail(item.email) === email || (isNamed && isNote(item))) theirs.push(item);
    else if (isNamed) named.push(item);
  });
  for (const item of named) await redact(db, table, item, mentions);
  return { deleted: await remove(db, table, theirs), changed: named.length };
}

async function sweepUsage(db: Database, email: Email, mentions: Mentions, now: number): Promise<Swept> {
  let deleted = await remove(db, 'apiUsage', await own(db, 'apiUsage', email));
  const days = Array.from({ length: SET_ASIDE_DAYS + DAYS_AHEAD + 1 }, (_, day) => now + (DAYS_AHEAD - day) * DAY_MS);
  const lines = await Promise.all(days.map((at) => partition(db, 'apiUsage', setAsideOn(at), SET_ASIDE)));
  const named = lines.flat().filter(({ line, reason }) => mentions.isInCut(String(line)) || mentions.isIn(reason));
  deleted += await remove(db, 'apiUsage', named);
  return { deleted, changed: 0 };
}

async function sweepEvents(db: Database, email: Email, mentions: Mentions): Promise<Swept> {
  const deleted = await remove(db, 'apiEvents', await own(db, 'apiEvents', email));
  const others = await sweepOthers(db, 'apiEvents', email, mentions);
  return { ...others, deleted: deleted + others.deleted };
}

/** Hashes outlive the records of their keys, so only the whole table tells whose they are. */
async function sweepHashes(db: Database, email: Email): Promise<Swept> {
  const found: Item[] = [];
  const input = {
    TableName: db.tables.apiKeys,
    ConsistentRead: true,
    FilterExpression: 'email = :email',
    ExpressionAttributeValues: { ':email': email },
  };
  await scanTable(db, input, (item) => found.push(item));
  return { deleted: await remove(db, 'apiKeys', found), changed: 0 };
}

/** The account goes last: it is what refuses calls while the rest goes. */
async function sweepRecords(db: Database, email: Email, mentions: Mentions): Promise<Swept> {
  const records = await own(db, 'userPreferences', email);
  const isAccount = ({ record }: Item) => record === ACCOUNT_RECORD;
  const deleted = await remove(
    db,
    'userPreferences',
    records.toSorted((a, b) => Number(isAccount(a)) - Number(isAccount(b))),
  );
  const others = await sweepOthers(db, 'userPreferences', email, mentions);
  return { ...others, deleted: deleted + others.deleted };
}

/**
 * Deletes everything that is stored of a person, and takes their address out of what is stored of others. It may be broken off
 * anywhere and be done again.
 *
 * @param now milliseconds since the epoch.
 */
export async function sweep(db: Database, email: Email, now: number): Promise<Readonly<Record<TableName, Swept>>> {
  const mentions = mentionsOf(email);
  return {
    apiUsage: await sweepUsage(db, email, mentions, now),
    apiEvents: await sweepEvents(db, email, mentions),
    apiKeys: await sweepHashes(db, email),
    userPreferences: await sweepRecords(db, email, mentions),
  };
}
