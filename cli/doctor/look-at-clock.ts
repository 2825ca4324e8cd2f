import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { type Fact, look, unseen } from './facts.ts';

/** DynamoDB tells whole seconds. */
const RESOLUTION_MS = 1_000;

/**
 * How far a clock is ahead of one that said `date` between two moments of the first; 0 where both may be right.
 *
 * @param date milliseconds since the epoch, in whole seconds.
 */
export function clockAhead(date: number, sentAt: number, answeredAt: number): number {
  if (sentAt >= date + RESOLUTION_MS) return sentAt - date - RESOLUTION_MS + 1;
  if (answeredAt < date) return answeredAt - date;
  return 0;
}

/** Compares this machine's clock with the `Date` of an answer of DynamoDB. */
export async function lookAtClock({ client, tables }: Database): Promise<Fact<number>> {
  let fact: Fact<number> = unseen('the engine tells no time');
  const command = new DescribeTableCommand({ TableName: tables.apiKeys });
  command.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now();
      const answer = await next(args);
      const { headers = {} } = answer.response as { headers?: Record<string, string> };
      const date = Date.parse(headers.date ?? '');
      if (!Number.isNaN(date)) fact = { kind: 'seen', value: clockAhead(date, sentAt, Date.now()) };
      return answer;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const sent = await look(() => client.send(command));
  return sent.kind === 'unseen' && !sent.why.startsWith('ResourceNotFoundException') ? sent : fact;
}
