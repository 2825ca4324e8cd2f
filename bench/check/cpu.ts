import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { engineEnvironment } from '../support/engine.ts';
import { median } from '../support/median.ts';
import { record } from './network.ts';
import type { Rehearsed } from './scenarios.ts';

/** Something whose CPU time is measured: in this process, or in one of its own. */
export interface Subject {
  readonly name: string;
  /** Does it so many times, one after the other; answers microseconds of CPU, user and system, of each. */
  readonly cpu: (iterations: number) => Promise<number>;
}

/** What this process spends on a piece of work, its garbage collection and compilation included. */
export const subject = (name: string, run: () => Promise<unknown>): Subject => ({
  name,
  cpu: async (iterations) => {
    const before = process.cpuUsage();
    for (let i = 0; i < iterations; i++) await run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / iterations;
  },
});

export const SAME_UPDATE = 'bare update, same expressions';
export const PLAIN_UPDATE = 'bare update, one counter';

/** The floors: what the SDK alone costs, by the same client and its answer as the check. */
export async function bareUpdates(endpoint: string, { update, db }: Rehearsed): Promise<Subject[]> {
  if (!update) throw new Error('the check that is compared must send an update');
  return [
    subject(SAME_UPDATE, () => db.client.send(new UpdateCommand(update))),
    await plainUpdate(endpoint, db.tables.userPreferences),
  ];
}

/** The least that an update can be: one counter, no condition, no answer. */
async function plainUpdate(endpoint: string, TableName: string): Promise<Subject> {
  const client = new DynamoDBClient({ endpoint, region: engineEnvironment(endpoint).AWS_REGION });
  const run = () =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: { email: { S: 'bare@example.com' }, record: { S: 'account' } },
        UpdateExpression: 'ADD n0 :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  const tape = record(client);
  await run();
  tape.replay();
  return subject(PLAIN_UPDATE, run);
}

/** Microseconds of each subject in each round; in a round every one has its turn, and two warm up the compiler first. */
export async function measureCpu(
  subjects: readonly Subject[],
  { rounds, iterations }: { readonly rounds: number; readonly iterations: number },
): Promise<Map<string, number[]>> {
  const times = new Map(subjects.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, cpu } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const microseconds = await cpu(iterations);
      if (round >= 0) times.get(name)?.push(microseconds);
    }
  }
  return times;
}

/** The median of the rounds' ratios: what disturbs a round disturbs both sides of it. */
export const ratioOf = (numerators: readonly number[], denominators: readonly number[]): number =>
  median(numerators.map((numerator, round) => numerator / (denominators[round] ?? Number.NaN)));
