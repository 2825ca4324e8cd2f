import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, type DeadLetter, failureRecord } from '../lambda/async-invoke.ts';
import type { Invoke } from '../lambda/runtime.ts';
import type { LocalPipe } from '../model.ts';
import { matchesPattern } from './pattern.ts';
import { openStream } from './stream.ts';

/** An event on the bus, as a rule's target gets it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface PipeOptions {
  readonly pipes: readonly LocalPipe[];
  /** Where the DynamoDB engine answers. */
  readonly endpoint: string;
  readonly invoke: Invoke;
  readonly place: { readonly region: string; readonly accountId: string };
  readonly onEvent: (event: BusEvent) => void;
  /** Takes records that failed for good: in this form, so that they can be made anew, and not that of EventBridge, which names their places in the stream. */
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** Takes what is wrong with the stream, once, which is then read again; and what hinders an event. */
  readonly onError: (error: unknown) => void;
  /** Time between two looks at a stream, in milliseconds. @default 250 */
  readonly everyMs?: number;
}

/**
 * Plays EventBridge Pipes from the streams of tables to the bus.
 *
 * @returns passes on what was written until now, and stops.
 */
export async function startPipes(options: PipeOptions): Promise<() => Promise<void>> {
  const stops = await Promise.all(options.pipes.map((pipe) => startPipe(pipe, options)));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

const onBus = (source: string, detail: Readonly<Record<string, unknown>>): BusEvent => ({
  version: '0',
  id: crypto.randomUUID(),
  source,
  'detail-type': String(detail.type),
  time: new Date().toISOString(),
  detail,
});

async function startPipe(pipe: LocalPipe, options: PipeOptions): Promise<() => Promise<void>> {
  const { endpoint, onError, everyMs = 250 } = options;
  const stream = await openStream(endpoint, pipe.tableName);
  let isStopped = false;
  let told = '';
  const pause = async (): Promise<boolean> => {
    if (!isStopped) await sleep(everyMs);
    return !isStopped;
  };

  const pump = async (): Promise<void> => {
    const records = await stream.read();
    told = '';
    const wanted = records.filter((record) => pipe.patterns.some((pattern) => matchesPattern(pattern, record)));
    for (let start = 0; start < wanted.length; start += pipe.batchSize) {
      await passOn(pipe, wanted.slice(start, start + pipe.batchSize), options, pause);
    }
  };
  const pumpSafely = (): Promise<void> =>
    pump().catch((error: unknown) => {
      if (String(error) !== told) onError(error);
      told = String(error);
    });

  const pumping = (async () => {
    do await pumpSafely();
    while (await pause());
  })();
  return async () => {
    isStopped = true;
    await pumping;
    await pumpSafely();
    stream.close();
  };
}

/** Who cannot hear of one event hears of the next ones. */
function publish(event: BusEvent, { onEvent, onError }: PipeOptions): void {
  try {
    onEvent(event);
  } catch (error) {
    onError(error);
  }
}

/**
 * Brings records to the bus. A batch that fails is halved, if the template asks for that, until what fails is alone: that is
 * tried again, and what comes after it waits, until it becomes a dead letter.
 *
 * @param pause resolves to false where there is no time for another attempt.
 */
async function passOn(
  pipe: LocalPipe,
  records: readonly unknown[],
  options: PipeOptions,
  pause: () => Promise<boolean>,
): Promise<void> {
  const { enrichment: functionName, deadLetters: queue, retries } = pipe;
  for (let count = 1; ; count++) {
    const answer = await answerOf(options.invoke, functionName, records);
    if ('payload' in answer) {
      for (const detail of [JSON.parse(answer.payload) ?? []].flat()) publish(onBus(pipe.source, detail), options);
      return;
    }
    if (pipe.isBisected && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      await passOn(pipe, records.slice(0, middle), options, pause);
      return passOn(pipe, records.slice(middle), options, pause);
    }
    if (count <= retries && (await pause())) continue;
    const failed = { functionName, event: records, failure: answer.failure, count, at: Date.now() };
    const record = failureRecord(options.place, { ...failed, condition: 'RetriesExhausted' });
    options.onDeadLetter({ ...(queue !== undefined && { queue }), functionName, record });
    return;
  }
}
