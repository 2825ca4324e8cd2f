import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { localClient } from '../tables.ts';

/** The stream of a table on a local engine, from now on. */
export interface TableStream {
  /** What was written since the last call, in the order of each item. */
  read(): Promise<StreamRecord[]>;
  close(): void;
}

/** Opens the stream of a table. */
export async function openStream(endpoint: string, tableName: string): Promise<TableStream> {
  const client = localClient(endpoint);
  const streams = new DynamoDBStreamsClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });
  const close = () => {
    client.destroy();
    streams.destroy();
  };
  const StreamArn = await streamOf(client, tableName);
  /** Where to go on in each shard; `undefined` in one that was read to its end. */
  const places = new Map<string, string | undefined>();

  async function findShards(type: 'LATEST' | 'TRIM_HORIZON'): Promise<void> {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId, SequenceNumberRange } of StreamDescription?.Shards ?? []) {
      if (ShardId === undefined || places.has(ShardId)) continue;
      const isOver = type === 'LATEST' && SequenceNumberRange?.EndingSequenceNumber !== undefined;
      const place = isOver
        ? undefined
        : await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: type }));
      places.set(ShardId, place?.ShardIterator);
    }
  }

  await findShards('LATEST');
  return {
    close,
    async read() {
      const found: StreamRecord[] = [];
      await findShards('TRIM_HORIZON');
      for (const [shard, ShardIterator] of places) {
        if (ShardIterator === undefined) continue;
        try {
          const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
          found.push(...(page.Records ?? []));
          places.set(shard, page.NextShardIterator);
        } catch (error) {
          if (!(error instanceof TrimmedDataAccessException)) throw error;
          places.delete(shard);
        }
      }
      return found;
    },
  };
}

async function streamOf(client: DynamoDBClient, TableName: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.LatestStreamArn) return Table.LatestStreamArn;
  throw new Error(`table ${TableName} has no stream; data of an older version: remove .local, or start with --memory`);
}
