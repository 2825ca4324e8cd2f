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
  readonly onEvent: (event: BusEvent) => void;
  /** Takes what went wrong; it is tried again. */
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

async function startPipe(pipe: LocalPipe, { endpoint, invoke, onEvent, onError, everyMs = 250 }: PipeOptions) {
  const stream = await openStream(endpoint, pipe.tableName);
  let waiting: unknown[] = [];
  let isStopped = false;

  const pump = async (): Promise<void> => {
    const records = await stream.read();
    waiting.push(...records.filter((record) => pipe.patterns.some((pattern) => matchesPattern(pattern, record))));
    while (waiting.length > 0) {
      const result = await invoke(pipe.enrichment, waiting.slice(0, pipe.batchSize));
      if (!('payload' in result)) throw new Error(`${pipe.enrichment} failed: ${JSON.stringify(result)}`);
      waiting = waiting.slice(pipe.batchSize);
      for (const detail of JSON.parse(result.payload) as Record<string, unknown>[]) onEvent(onBus(pipe.source, detail));
    }
  };

  const pumping = (async () => {
    while (!isStopped) {
      await pump().catch(onError);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    isStopped = true;
    await pumping;
    await pump().catch(onError);
    stream.close();
  };
}
