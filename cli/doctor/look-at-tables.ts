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
import { type Fact, look, type TableFacts } from './facts.ts';

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
    streamArn: table.LatestStreamArn,
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
