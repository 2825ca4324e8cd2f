import { describeError } from './messages.ts';
import type { Container, RunResult } from './worker.ts';

/** One event that waits for a container, or runs in one. */
export interface Job {
  readonly event: string;
  readonly requestId: string;
  /** True when nobody waits for the result any more. */
  abandoned: boolean;
  readonly resolve: (result: RunResult) => void;
}

export interface Pool {
  submit(job: Job): void;
  close(): Promise<void>;
}

/**
 * Containers of one function. Each takes one event at a time; a new one is started while all are busy, up to `limit`;
 * beyond it events wait in the order in which they came.
 */
export function createPool(limit: number, start: () => Container): Pool {
  const idle: Container[] = [];
  const busy = new Set<Container>();
  const queue: Job[] = [];

  /** The container used last that still lives; `undefined` when all are busy and no more are allowed. */
  const take = (): Container | undefined => {
    for (let container = idle.pop(); container; container = idle.pop()) {
      if (container.isAlive()) return container;
    }
    return busy.size < limit ? start() : undefined;
  };

  const next = (): void => {
    while (queue[0]?.abandoned) queue.shift();
    const job = queue[0];
    if (!job) return;
    try {
      const container = take();
      if (!container) return;
      queue.shift();
      void work(container, job);
    } catch (error) {
      queue.shift();
      job.resolve({ functionError: describeError(error, 'Runtime.InvalidEntrypoint') });
    }
  };

  const work = async (container: Container, job: Job): Promise<void> => {
    busy.add(container);
    const result = await container.run(job.event, job.requestId);
    busy.delete(container);
    idle.push(container);
    job.resolve(result);
    next();
  };

  return {
    submit: (job) => {
      queue.push(job);
      next();
    },
    close: async () => {
      const shutdown = { errorType: 'Runtime.Shutdown', errorMessage: 'the function runtime was closed', trace: [] };
      for (const job of queue.splice(0)) job.resolve({ functionError: shutdown });
      await Promise.all([...idle.splice(0), ...busy].map((container) => container.terminate()));
    },
  };
}
