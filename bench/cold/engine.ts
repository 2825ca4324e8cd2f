import { type Engine, startEngine } from '../../local/engine.ts';
import type { LocalTable } from '../../local/model.ts';
import { makeTables } from '../../local/tables.ts';

// Any will do for a local engine, but the SDK wants some.
process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

const table = (name: string, partition: string, sort?: string): LocalTable => ({
  name,
  keySchema: [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' } as const] : []),
  ],
  attributeDefinitions: [partition, ...(sort ? [sort] : [])].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  globalSecondaryIndexes: [],
});

/** An engine in memory, with the tables that the functions know. */
export async function benchEngine(): Promise<Engine> {
  const engine = await startEngine({ kind: 'dynoxide' });
  await makeTables(engine.endpoint, [table('user_preferences', 'email', 'record'), table('api_keys', 'keyHash')]);
  return engine;
}
