import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { LocalTable } from './model.ts';

/** A client of a local engine, which takes any credentials. */
export const localClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });

/** `CreateTable` of a table of the template. */
export const createTableInput = (table: LocalTable): CreateTableCommandInput => ({
  TableName: table.name,
  KeySchema: [...table.keySchema],
  AttributeDefinitions: [...table.attributeDefinitions],
  BillingMode: 'PAY_PER_REQUEST',
  ...(table.globalSecondaryIndexes.length > 0 && {
    GlobalSecondaryIndexes: [...table.globalSecondaryIndexes] as unknown as NonNullable<
      CreateTableCommandInput['GlobalSecondaryIndexes']
    >,
  }),
  ...(table.streamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }),
});

/**
 * Makes the tables that are not there yet, and gives those that are the indexes and the stream that they lack.
 *
 * @throws the engine's error if it cannot be reached within two attempts.
 */
export async function makeTables(endpoint: string, tables: readonly LocalTable[]): Promise<void> {
  const client = localClient(endpoint);
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    for (const table of tables) {
      if (TableNames.includes(table.name)) await upgradeTable(client, table);
      else await makeTable(client, table);
    }
  } finally {
    client.destroy();
  }
}

async function makeTable(client: DynamoDBClient, table: LocalTable): Promise<void> {
  try {
    await client.send(new CreateTableCommand(createTableInput(table)));
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: table.name });
  if (!table.timeToLiveAttribute) return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: table.name,
      TimeToLiveSpecification: { AttributeName: table.timeToLiveAttribute, Enabled: true },
    }),
  );
}

/** A table of an older version of the stack, as CloudFormation would update it: one index at a time. */
async function upgradeTable(client: DynamoDBClient, table: LocalTable): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table.name }));
  const wanted = createTableInput(table);
  const held = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
  const update = async (change: Omit<UpdateTableCommandInput, 'TableName'>): Promise<void> => {
    await client.send(new UpdateTableCommand({ TableName: table.name, ...change }));
    await untilActive(client, table.name);
  };
  for (const Create of wanted.GlobalSecondaryIndexes ?? []) {
    if (held.includes(Create.IndexName)) continue;
    const { AttributeDefinitions } = wanted;
    await update({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] });
  }
  const { StreamSpecification } = wanted;
  if (StreamSpecification && !Table?.StreamSpecification?.StreamEnabled) await update({ StreamSpecification });
}

const UPGRADE_SECONDS = 60;

/** A table whose index is still being filled takes no other change. */
async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  for (let waited = 0; waited < UPGRADE_SECONDS * 10; waited++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus }) => IndexStatus);
    if ([Table?.TableStatus, ...indexes].every((status) => status === 'ACTIVE')) return;
    await sleep(100);
  }
  throw new Error(`table ${TableName} was not upgraded within ${UPGRADE_SECONDS} s`);
}
