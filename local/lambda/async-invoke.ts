import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalFunction } from '../model.ts';
import type { Invoke, InvokeResult } from './runtime.ts';

/** An event that failed for good, as the on-failure destination of a function gets it. */
export interface DeadLetter {
  /** The queue that the template names; absent where it names none, and Lambda drops the event. */
  readonly queue?: string;
  readonly functionName: string;
  readonly record: FailureRecord;
}

/** Source: Lambda developer guide, "Capturing records of Lambda asynchronous invocations". */
export interface FailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload: unknown;
}

export interface AsyncInvokeOptions {
  readonly functions: readonly LocalFunction[];
  readonly invoke: Invoke;
  readonly place: { readonly region: string; readonly accountId: string };
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** Waits before each retry, in milliseconds; the last one repeats. On AWS a minute, then two. @default 1 s, 2 s */
  readonly delaysMs?: readonly number[];
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

export interface AsyncInvoker {
  /** Resolves when the function has taken the event, or it has become a dead letter. */
  deliver(functionName: string, event: unknown): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/**
 * Lambda's asynchronous invocation: an event that fails is tried again as often as the function's configuration says, and then
 * becomes a dead letter.
 */
export function createAsyncInvoke(options: AsyncInvokeOptions): AsyncInvoker {
  const { functions, invoke, place, onDeadLetter, delaysMs = [1_000, 2_000], clock = Date.now } = options;
  const underWay = new Set<Promise<void>>();

  const deliver = async (functionName: string, event: unknown): Promise<void> => {
    const { asyncInvoke } = functions.find(({ name }) => name === functionName) ?? {};
    if (!asyncInvoke) throw new Error(`no function ${functionName}`);
    const { retries, maxAgeSeconds, deadLetters: queue } = asyncInvoke;
    const received = clock();
    for (let count = 1; ; count++) {
      const failure = await attempt(invoke, functionName, event);
      if (failure === undefined) return;
      const delay = delaysMs[Math.min(count, delaysMs.length) - 1] ?? 0;
      const isTooOld = clock() + delay - received > maxAgeSeconds * 1_000;
      if (count <= retries && !isTooOld) {
        await sleep(delay);
        continue;
      }
      const condition = count > retries ? 'RetriesExhausted' : 'EventAgeExceeded';
      const record = failureRecord(place, { functionName, event, failure, condition, count, at: clock() });
      onDeadLetter({ ...(queue !== undefined && { queue }), functionName, record });
      return;
    }
  };

  return {
    deliver: (functionName, event) => {
      const delivery = deliver(functionName, event).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
      return delivery;
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/** What went wrong with one attempt, `undefined` if nothing. */
async function attempt(invoke: Invoke, functionName: string, event: unknown): Promise<unknown> {
  const answer = await answerOf(invoke, functionName, event);
  return 'failure' in answer ? answer.failure : undefined;
}

/** What a function answers, or what went wrong; it never rejects. */
export async function answerOf(
  invoke: Invoke,
  functionName: string,
  event: unknown,
): Promise<{ readonly payload: string } | { readonly failure: unknown }> {
  const result: InvokeResult = await invoke(functionName, event).catch((error: Error) => ({
    functionError: { errorType: error.name, errorMessage: error.message, trace: [] },
  }));
  if ('payload' in result) return result;
  return { failure: 'functionError' in result ? result.functionError : { errorType: result.invokeError } };
}

/** What is kept of an event that failed for good. */
export const failureRecord = (
  { region, accountId }: AsyncInvokeOptions['place'],
  failed: {
    readonly functionName: string;
    readonly event: unknown;
    readonly failure: unknown;
    readonly condition: FailureRecord['requestContext']['condition'];
    readonly count: number;
    readonly at: number;
  },
): FailureRecord => ({
  version: '1.0',
  timestamp: new Date(failed.at).toISOString(),
  requestContext: {
    requestId: randomUUID(),
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${failed.functionName}:$LATEST`,
    condition: failed.condition,
    approximateInvokeCount: failed.count,
  },
  requestPayload: failed.event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: failed.failure,
});
