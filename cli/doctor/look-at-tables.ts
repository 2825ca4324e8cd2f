import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  DescribeTimeToLiveCommand,
  type KeySchemaElement,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { EXPECTED_TABLES } from './expected.ts';
import { type Fact, look, type TableFacts, unseen } from './facts.ts';

const keysOf = (schema: readonly KeySchemaElement[] = []): string =>
  schema
    .toSorted((a, b) => String(a.KeyType).localeCompare(String(b.KeyType)))
    .map(({ AttributeName }) => AttributeName)
    .join(', ');

async function describe({ client }: Database, TableName: string): Promise<DescribeTableCommandOutput['Table']> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function lookAtTable(db: Database, TableName: string): Promise<TableFacts | undefined> {
  const table = await describe(db, TableName);
  if (!table) return undefined;
  const { client } = db;
  const timeToLive = await look(async () => {
    const { TimeToLiveDescription: described } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    return described?.TimeToLiveStatus === 'ENABLED' || described?.TimeToLiveStatus === 'ENABLING'
      ? described.AttributeName
      : undefined;
  });
  const pointInTimeRecovery = await look(async () => {
    const { ContinuousBackupsDescription: described } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    return described?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
  });
  return {
    status: table.TableStatus ?? 'unknown',
    keys: keysOf(table.KeySchema),
    indexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName = '', KeySchema, IndexStatus = 'unknown' }) => ({
      name: IndexName,
      keys: keysOf(KeySchema),
      status: IndexStatus,
    })),
    stream: table.StreamSpecification?.StreamEnabled ? table.StreamSpecification.StreamViewType : undefined,
    deletionProtection: table.DeletionProtectionEnabled ?? false,
    timeToLive,
    pointInTimeRecovery,
  };
}

/** Looks at the four tables. */
export async function lookAtTables(db: Database): Promise<Record<string, Fact<TableFacts | undefined>>> {
  const entries = EXPECTED_TABLES.map(async ({ name }) => [name, await look(() => lookAtTable(db, name))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** DynamoDB tells whole seconds. */
const RESOLUTION_MS = 1_000;

/**
 * How far a clock is ahead of one that said `date` between two moments of the first; 0 where both may be right.
 *
 * @param date milliseconds since the epoch, in whole seconds.
 */
export function clockAhead(date: number, sentAt: number, answeredAt: number): number {
  if (sentAt >= date + RESOLUTION_MS) return sentAt - date - RESOLUTION_MS + 1;
  if (answeredAt < date) return answeredAt - date;
  return 0;
}

/** Compares this machine's clock with the `Date` of an answer of DynamoDB. */
export async function lookAtClock({ client, tables }: Database): Promise<Fact<number>> {
  let fact: Fact<number> = unseen('the engine tells no time');
  const command = new DescribeTableCommand({ TableName: tables.apiKeys });
  command.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now();
      const answer = await next(args);
      const { headers = {} } = answer.response as { headers?: Record<string, string> };
      const date = Date.parse(headers.date ?? '');
      if (!Number.isNaN(date)) fact = { kind: 'seen', value: clockAhead(date, sentAt, Date.now()) };
      return answer;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const sent = await look(() => client.send(command));
  return sent.kind === 'unseen' && !sent.why.startsWith('ResourceNotFoundException') ? sent : fact;
}
