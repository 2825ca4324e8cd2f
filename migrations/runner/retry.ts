import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { pauseUpTo } from '../../lib/store/pause.ts';
import { isUnavailable } from '../../lib/store/unavailable.ts';

const ATTEMPTS = 12;
const THROTTLED = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
]);

/** Nobody is there, which a pause does not change. */
const ABSENT = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/** Tells whether DynamoDB asks for a pause. */
export function asksForPause(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).some(({ Code }) => THROTTLED.has(Code ?? ''));
  }
  return isUnavailable(error) && !ABSENT.has(String((error as { code?: string }).code));
}

/** Longer with each attempt, half a minute in all. */
export const pauseAfter = (attempt: number): Promise<void> => pauseUpTo(Math.min(50 * 2 ** attempt, 8_000));

/** Sends a request again while DynamoDB asks for a pause, at most 12 times: a migration is in no hurry. */
export async function persistently<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS || !asksForPause(error)) throw error;
      await pauseAfter(attempt);
    }
  }
}
