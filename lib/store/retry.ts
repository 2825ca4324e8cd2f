import { pauseUpTo } from './pause.ts';
import { asksForPause, isUnavailable, StoreUnavailable } from './unavailable.ts';

/** How often something is tried, and how long it is waited in between. */
export interface RetryPolicy {
  readonly attempts: number;
  /** The longest pause after the first attempt, in milliseconds. It doubles with each attempt. */
  readonly first: number;
  /** No pause is longer, in milliseconds. */
  readonly longest: number;
  /** Tells whether another attempt may do better. */
  isPassing(error: unknown): boolean;
}

/** Somebody waits for the answer: only what DynamoDB left of a batch is asked for again. */
export const BRIEF: RetryPolicy = {
  attempts: 5,
  first: 40,
  longest: 640,
  isPassing: (error) => error instanceof StoreUnavailable,
};

/** Nobody waits, and the function has its time: some seconds of pauses. */
export const STEADY: RetryPolicy = { attempts: 10, first: 40, longest: 1_000, isPassing: isUnavailable };

/** Whole tables, by an operator's command that is in no hurry: half a minute of pauses. */
export const PATIENT: RetryPolicy = { attempts: 12, first: 100, longest: 8_000, isPassing: asksForPause };

/** Waits as a policy does after an attempt, the first of which is 1. */
export const pauseAfter = (attempt: number, { first, longest }: RetryPolicy): Promise<void> =>
  pauseUpTo(Math.min(first * 2 ** (attempt - 1), longest));

/**
 * Does something until it succeeds, or its policy gives up.
 *
 * @param act is told which attempt it is, from 1.
 * @throws the error of the last attempt, and at once one that will not pass.
 */
export async function retry<Answer>(act: (attempt: number) => Promise<Answer>, policy: RetryPolicy): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(attempt);
    } catch (error) {
      if (attempt >= policy.attempts || !policy.isPassing(error)) throw error;
      await pauseAfter(attempt, policy);
    }
  }
}

/** Does something as commands of operators do. */
export const patiently = <Answer>(act: (attempt: number) => Promise<Answer>): Promise<Answer> => retry(act, PATIENT);
