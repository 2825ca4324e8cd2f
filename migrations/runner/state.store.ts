import {
  DeleteCommand,
  type NativeAttributeValue,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { cancellations, unlessRefused } from '../../lib/store/conditions.ts';
import type { Database } from '../../lib/store/database.ts';
import { MIGRATIONS_PARTITION } from '../../lib/store/migrations-partition.ts';
import { patiently } from '../../lib/store/retry.ts';
import { type Counts, type Migration, numberOf } from '../migration.ts';
import { type Lock, taken } from './lock.store.ts';
import type { Standing } from './passes.ts';
import type { Cursor } from './scan.store.ts';

/** How far a pass has come in one part of the table. */
export interface Segment {
  /** The last key that is done. */
  readonly after?: Cursor | undefined;
  readonly isDone: boolean;
  readonly counts: Counts;
}

/** What the table remembers of a migration. */
export interface State {
  readonly pass: Standing;
  readonly round: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly segments: readonly Segment[];
  /** What the pass before came to. */
  readonly before: Counts;
}

const STATE = 'migration#';

const keyOf = (id: number) => ({ email: MIGRATIONS_PARTITION, record: STATE + numberOf(id) });
const attributeOf = (segment: number): string => `segment${segment}`;

/** The states of all migrations that were begun, by their numbers. */
export async function readStates({ client, tables }: Database): Promise<Map<number, State>> {
  const { Items = [] } = await patiently(() =>
    client.send(
      new QueryCommand({
        TableName: tables.userPreferences,
        KeyConditionExpression: 'email = :partition AND begins_with(#record, :state)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':partition': MIGRATIONS_PARTITION, ':state': STATE },
        ConsistentRead: true,
      }),
    ),
  );
  return new Map(Items.map((item) => [Number(item.record.slice(STATE.length)), stateOf(item)]));
}

function stateOf({ pass, round, startedAt, before, segments, ...item }: Record<string, NativeAttributeValue>): State {
  const all = Array.from({ length: segments }, (_, segment) => item[attributeOf(segment)]);
  return { pass, round, startedAt, before, segments: all };
}

/** Writes the state of a migration anew, or takes it over as it is, if the lock is still this run's. */
export async function writeState(db: Database, lock: Lock, { id, name }: Migration, state: State): Promise<void> {
  const TableName = db.tables.userPreferences;
  const { segments, ...fields } = state;
  const Item = {
    ...keyOf(id),
    name,
    ...fields,
    lock: lock.token,
    segments: segments.length,
    ...Object.fromEntries(segments.map((segment, index) => [attributeOf(index), segment])),
  };
  const check = {
    TableName,
    Key: { email: MIGRATIONS_PARTITION, record: 'lock' },
    ConditionExpression: '#token = :token',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': lock.token },
  };
  try {
    await patiently(() =>
      db.client.send(
        new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }, { Put: { TableName, Item } }] }),
      ),
    );
  } catch (error) {
    throw cancellations(error)?.includes('ConditionalCheckFailed') ? taken(error) : error;
  }
}

const underLock = (lock: Lock) => ({
  ConditionExpression: '#lock = :lock',
  ExpressionAttributeNames: { '#lock': 'lock' },
  ExpressionAttributeValues: { ':lock': lock.token },
});

/** Notes how far a segment has come, if no other run has taken the state over. */
export async function checkpoint(
  { client, tables }: Database,
  lock: Lock,
  { id }: Migration,
  index: number,
  segment: Segment,
): Promise<void> {
  const { ExpressionAttributeValues, ...condition } = underLock(lock);
  try {
    await patiently(() =>
      client.send(
        new UpdateCommand({
          TableName: tables.userPreferences,
          Key: keyOf(id),
          UpdateExpression: `SET ${attributeOf(index)} = :segment`,
          ...condition,
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ':segment': segment },
        }),
      ),
    );
  } catch (error) {
    unlessRefused(error);
    throw taken(error);
  }
}

/** Forgets a migration that is down. */
export async function deleteState({ client, tables }: Database, lock: Lock, { id }: Migration): Promise<void> {
  const { ConditionExpression, ...names } = underLock(lock);
  const command = new DeleteCommand({
    TableName: tables.userPreferences,
    Key: keyOf(id),
    ...names,
    // Its answer may have been lost.
    ConditionExpression: `attribute_not_exists(email) OR ${ConditionExpression}`,
  });
  await patiently(() => client.send(command));
}
