import { describe, expect, test } from 'vitest';
import { createAsyncInvoke, type DeadLetter } from '../../local/lambda/async-invoke.ts';
import type { InvokeResult } from '../../local/lambda/runtime.ts';
import type { AsyncInvoke, LocalFunction } from '../../local/model.ts';

const FAILED: InvokeResult = { functionError: { errorType: 'Error', errorMessage: 'no table', trace: [] } };
const DONE: InvokeResult = { payload: 'null' };
const CONFIG: AsyncInvoke = { retries: 2, maxAgeSeconds: 3_600, deadLetters: 'queue' };

/** Invokes a function that answers so, one answer an attempt and the last ones again. */
async function invoke(answers: readonly (InvokeResult | Error)[], asyncInvoke: AsyncInvoke = CONFIG, stepMs = 0) {
  const functions = [{ name: 'record', asyncInvoke } as LocalFunction];
  const events: unknown[] = [];
  const letters: DeadLetter[] = [];
  let now = 0;
  const { deliver } = createAsyncInvoke({
    functions,
    place: { region: 'eu-west-1', accountId: '123456789012' },
    delaysMs: [0],
    clock: () => {
      now += stepMs;
      return now;
    },
    onDeadLetter: (letter) => letters.push(letter),
    invoke: async (_, event) => {
      const answer = answers[Math.min(events.length, answers.length - 1)] ?? DONE;
      events.push(event);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  await deliver('record', { a: 1 });
  return { attempts: events.length, letters };
}

describe('an asynchronous invocation', () => {
  test.each<[string, readonly (InvokeResult | Error)[], number, number]>([
    ['that succeeds is made once', [DONE], 1, 0],
    ['that fails once is made twice', [FAILED, DONE], 2, 0],
    ['that fails twice is made three times', [FAILED, FAILED, DONE], 3, 0],
    ['that keeps failing is made three times, and becomes a dead letter', [FAILED], 3, 1],
    ['that could not be made counts as failed', [new Error('closed'), { invokeError: 'RequestTooLarge' }, DONE], 3, 0],
  ])('%s', async (_, answers, attempts, deadLetters) => {
    const found = await invoke(answers);
    expect([found.attempts, found.letters.length]).toEqual([attempts, deadLetters]);
  });

  test('is retried as often as the template says', async () => {
    expect(await invoke([FAILED], { ...CONFIG, retries: 0 })).toMatchObject({
      attempts: 1,
      letters: [{ queue: 'queue' }],
    });
  });

  test('that failed for good is told as Lambda tells it, with the event to make again', async () => {
    const { letters } = await invoke([FAILED]);
    expect(letters).toEqual([
      {
        queue: 'queue',
        functionName: 'record',
        record: {
          version: '1.0',
          timestamp: expect.stringMatching(/Z$/),
          requestContext: {
            requestId: expect.any(String),
            functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:record:$LATEST',
            condition: 'RetriesExhausted',
            approximateInvokeCount: 3,
          },
          requestPayload: { a: 1 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: { errorType: 'Error', errorMessage: 'no table', trace: [] },
        },
      },
    ]);
  });

  test('is not retried once it is too old', async () => {
    const { attempts, letters } = await invoke([FAILED], { ...CONFIG, maxAgeSeconds: 60 }, 61_000);
    expect(attempts).toBe(1);
    expect(letters[0]?.record.requestContext.condition).toBe('EventAgeExceeded');
  });

  test('of a function that there is not is an error', async () => {
    const { deliver } = createAsyncInvoke({
      functions: [],
      place: { region: '', accountId: '' },
      onDeadLetter: () => {},
      invoke: async () => DONE,
    });
    await expect(deliver('other', {})).rejects.toThrow('no function other');
  });
});
