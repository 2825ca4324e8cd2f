import { randomUUID } from 'node:crypto';
import { DescribeTableCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { availableEngines, startEngine } from '../../local/engine.ts';
import { localClient, makeTables } from '../../local/tables.ts';
import { stackTables } from '../support/stack-tables.ts';

// An engine of its own, as at a start: DynamoDB Local may leave an index half made while other tables are written.
describe.each(availableEngines())('data of an older version, on %s,', (kind) => {
  test('get the index and the stream that the stack has by now, and keep their items', async ({ onTestFinished }) => {
    const { endpoint, close } = await startEngine({ kind });
    onTestFinished(close);
    const [defined] = stackTables().filter(({ name }) => name === 'user_preferences');
    if (!defined) throw new Error('no table');
    const name = `t${randomUUID().slice(0, 8)}`;
    const now = { ...defined, name, streamViewType: 'NEW_IMAGE' } as const;
    const keys = now.keySchema.map(({ AttributeName }) => AttributeName);
    const before = {
      ...defined,
      name,
      globalSecondaryIndexes: [],
      attributeDefinitions: now.attributeDefinitions.filter(({ AttributeName }) => keys.includes(AttributeName)),
    };
    await makeTables(endpoint, [before]);
    const client = localClient(endpoint);
    const Item = { email: { S: 'a@b' }, record: { S: 'key#1' }, dueKind: { S: 'key' }, dueAt: { N: '5' } };
    await client.send(new PutItemCommand({ TableName: now.name, Item }));

    await makeTables(endpoint, [now]);
    await makeTables(endpoint, [now]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: now.name }));
    expect(Table?.LatestStreamArn).toBeTruthy();
    const query = new QueryCommand({
      TableName: now.name,
      IndexName: 'due',
      KeyConditionExpression: 'dueKind = :kind',
      ExpressionAttributeValues: { ':kind': { S: 'key' } },
    });
    await vi.waitFor(async () => expect((await client.send(query)).Items).toEqual([Item]), 10_000);
    client.destroy();
  });
});
