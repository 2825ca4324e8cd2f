import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { expect, inject, test, vi } from 'vitest';
import { startPipes } from '../../local/events/pipes.ts';
import type { DeadLetter } from '../../local/lambda/async-invoke.ts';
import type { LocalPipe } from '../../local/model.ts';
import { localClient, makeTables } from '../../local/tables.ts';
import { readPipes } from '../../local/template/functions.ts';
import { readStack } from '../../local/template.ts';
import { PLACE } from '../support/stack-tables.ts';

const { tables, pipes } = readStack(inject('assembly'), PLACE);

/** An event that nobody can hear of. */
const UNHEARD = '0unheard';

/** A pipe of a table of its own, whose enrichment fails for what it is given with a poisoned record. */
async function startPipe(poison?: string, fields: Partial<LocalPipe> = {}) {
  const [engine] = inject('engines');
  const [pipe] = pipes;
  const events = tables.find(({ name }) => name === pipe?.tableName);
  if (!engine || !pipe || !events) throw new Error('the stack has no pipe');
  const tableName = `t${randomUUID().slice(0, 8)}`;
  await makeTables(engine.endpoint, [{ ...events, name: tableName }]);

  const batches: string[][] = [];
  const told: unknown[] = [];
  const letters: DeadLetter[] = [];
  const errors: unknown[] = [];
  const stop = await startPipes({
    pipes: [{ ...pipe, ...fields, tableName }],
    endpoint: engine.endpoint,
    place: PLACE,
    everyMs: 1,
    invoke: async (_, records) => {
      const ids = (records as StreamRecord[]).map(({ dynamodb }) => dynamodb?.Keys?.eventId?.S ?? '');
      batches.push(ids);
      if (poison !== undefined && ids.includes(poison)) {
        return { functionError: { errorType: 'Error', errorMessage: 'poisoned', trace: [] } };
      }
      return { payload: JSON.stringify(ids.map((id) => ({ type: 'key.created', id }))) };
    },
    onEvent: ({ detail }) => {
      if (detail.id === UNHEARD) throw new Error(UNHEARD);
      told.push(detail.id);
    },
    onDeadLetter: (letter) => letters.push(letter),
    onError: (error) => errors.push(error),
  });
  const write = async (ids: readonly string[]) => {
    const client = localClient(engine.endpoint);
    const written = ids.map((id) => ({
      PutRequest: { Item: { email: { S: 'ada@example.com' }, eventId: { S: id } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: written } }));
    client.destroy();
  };
  return { pipe, batches, told, letters, errors, write, stop };
}

const idsTo = (count: number) => Array.from({ length: count }, (_, index) => `0${index}`);

test('a pipe hands on all that was written, no more at once than the template says', async () => {
  const { pipe, batches, told, errors, write, stop } = await startPipe();
  await write([UNHEARD]);
  await write(idsTo(24));
  await stop();
  expect(told.toSorted()).toEqual(idsTo(24).toSorted());
  expect(errors).toEqual([new Error(UNHEARD)]);
  expect(Math.max(...batches.map(({ length }) => length))).toBe(pipe.batchSize);
});

test('a record that fails holds up none of the others: it is tried as often as the template says, and kept', async () => {
  const { pipe, batches, told, letters, write, stop } = await startPipe('03');
  await write(idsTo(8));
  await vi.waitFor(() => expect(letters).toHaveLength(1), 10_000);
  await write(['08']);
  await stop();
  expect(told.toSorted()).toEqual(idsTo(9).filter((id) => id !== '03'));
  expect(batches.filter((ids) => ids.join() === '03')).toHaveLength(pipe.retries + 1);
  expect(letters).toMatchObject([
    {
      queue: 'sensei-keys-events-dead-letters',
      functionName: pipe.enrichment,
      record: {
        requestContext: { approximateInvokeCount: pipe.retries + 1 },
        requestPayload: [{ dynamodb: { Keys: { eventId: { S: '03' } } } }],
        responsePayload: { errorMessage: 'poisoned' },
      },
    },
  ]);
});

test('where the template does not ask for halves, a batch that fails is kept whole', async () => {
  const { told, letters, write, stop } = await startPipe('01', { isBisected: false, retries: 0, batchSize: 100 });
  await write(idsTo(3));
  await stop();
  const kept = letters.flatMap(({ record }) => record.requestPayload as StreamRecord[]);
  expect(kept.length + told.length).toBe(3);
  expect(kept.map(({ dynamodb }) => dynamodb?.Keys?.eventId?.S)).toContain('01');
});

test('at its end a pipe keeps what it has no time to try again', async () => {
  const { letters, write, stop } = await startPipe('00', { retries: Number.POSITIVE_INFINITY });
  await write(['00']);
  await stop();
  expect(letters).toHaveLength(1);
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
