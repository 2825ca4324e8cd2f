import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
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
 * Makes the tables that are not there yet.
 *
 * @throws the engine's error if it cannot be reached within two attempts.
 */
export async function makeTables(endpoint: string, tables: readonly LocalTable[]): Promise<void> {
  const client = localClient(endpoint);
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    for (const table of tables.filter(({ name }) => !TableNames.includes(name))) await makeTable(client, table);
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
