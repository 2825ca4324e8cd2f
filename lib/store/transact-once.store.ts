import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { cancellations, lostRace } from './conditions.ts';
import type { Database } from './database.ts';
import { type RetryPolicy, retry, STEADY } from './retry.ts';

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

const wasDone = (error: unknown): boolean => cancellations(error)?.[0] === 'ConditionalCheckFailed';

/** Others may write the same items at the same time. */
const CONTENDED: RetryPolicy = {
  ...STEADY,
  isPassing: (error) => !wasDone(error) && (lostRace(error) || STEADY.isPassing(error)),
};

/**
 * Does a transaction once, however often it is asked for: its first action is a mark on condition that it is not there yet. Where
 * the mark is there, nothing is written.
 *
 * @throws the client's error if DynamoDB does not take it within 10 attempts.
 */
export async function transactOnce({ client }: Pick<Database, 'client'>, actions: Actions): Promise<void> {
  const write = () => client.send(new TransactWriteCommand({ TransactItems: actions }));
  await retry(write, CONTENDED).catch((error) => {
    if (!wasDone(error)) throw error;
  });
}
