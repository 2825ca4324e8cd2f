import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, inject, test } from 'vitest';
import { startPipes } from '../../local/events/pipes.ts';
import { localClient, makeTables } from '../../local/tables.ts';
import { readPipes } from '../../local/template/functions.ts';
import { readStack } from '../../local/template.ts';

const PLACE = { region: 'us-east-1', accountId: '123456789012', issuer: 'https://issuer.example' };
const { tables, pipes } = readStack(inject('assembly'), PLACE);

test('a pipe hands on all that was written, no more at once than the template says', async () => {
  const [engine] = inject('engines');
  const [pipe] = pipes;
  const events = tables.find(({ name }) => name === pipe?.tableName);
  if (!engine || !pipe || !events) throw new Error('the stack has no pipe');
  const tableName = `t${randomUUID().slice(0, 8)}`;
  await makeTables(engine.endpoint, [{ ...events, name: tableName }]);

  const batches: number[] = [];
  const told: unknown[] = [];
  const stop = await startPipes({
    pipes: [{ ...pipe, tableName }],
    endpoint: engine.endpoint,
    invoke: async (_, records) => {
      batches.push((records as unknown[]).length);
      return { payload: JSON.stringify((records as unknown[]).map(() => ({ type: 'key.created' }))) };
    },
    onEvent: (event) => told.push(event),
    onError: (error) => expect.fail(String(error)),
  });
  const client = localClient(engine.endpoint);
  const written = Array.from({ length: 25 }, (_, index) => ({
    PutRequest: { Item: { email: { S: 'ada@example.com' }, eventId: { S: `0${index}` } } },
  }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: written } }));
  await stop();
  client.destroy();

  expect(told).toHaveLength(25);
  expect(Math.max(...batches)).toBe(pipe.batchSize);
});

test('a pipe to a bus with larger batches than a bus takes is refused by name, as EventBridge does', () => {
  const pipe = {
    id: 'Pipe',
    properties: {
      Source: 'arn:aws:dynamodb:us-east-1:123456789012:table/api_events/stream/2026',
      SourceParameters: { DynamoDBStreamParameters: {} },
      Enrichment: 'arn:aws:lambda:us-east-1:123456789012:function:shape',
      TargetParameters: { EventBridgeEventBusParameters: { Source: 'sensei-keys' } },
    },
  };
  expect(() => readPipes(() => [pipe])).toThrow('pipe Pipe to an event bus has batches of 100; at most 10 are allowed');
});
