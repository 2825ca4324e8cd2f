import type { LocalSubscription } from '../model.ts';
import { type LogEvent, seal } from './envelope.ts';
import { createEventIds } from './event-id.ts';
import { type Matches, readFilterPattern } from './filter-pattern.ts';

export interface SubscriptionOptions {
  readonly subscriptions: readonly LocalSubscription[];
  readonly accountId: string;
  /** Invokes a function asynchronously; it never rejects. */
  readonly deliver: (functionName: string, event: unknown) => Promise<void>;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** Longest time that a line waits for others. @default 500 */
  readonly collectMs?: number;
}

/** Brings what is logged to the functions that have subscribed to it. */
export interface Subscriptions {
  /**
   * Takes a line of a log group; it returns at once.
   *
   * @param timestamp when it was logged. @default - now
   */
  write(logGroup: string, line: string, timestamp?: number): void;
  /** Delivers what waits, and resolves when that is delivered. */
  delivered(): Promise<void>;
  /** Delivers what waits, and resolves when all is delivered, also what is written meanwhile. */
  settled(): Promise<void>;
}

/** A delivery holds 1 MB of events on AWS. */
const MOST_CHARACTERS = 1_000_000;
const MOST_EVENTS = 10_000;

/**
 * Plays the subscription filters of CloudWatch Logs: matching lines are collected for a moment and delivered in order, in the
 * envelope of CloudWatch Logs; at the start each function is sent a control message.
 *
 * @throws Error that names a filter pattern which is not played here.
 */
export function createSubscriptions(options: SubscriptionOptions): Subscriptions {
  const queues = options.subscriptions.map((subscription) => createQueue(subscription, options));
  const delivered = async (): Promise<void> => {
    await Promise.all(queues.map((queue) => queue.flush()));
  };
  return {
    write: (logGroup, line, timestamp) => {
      for (const queue of queues) if (queue.logGroup === logGroup) queue.take(line, timestamp);
    },
    delivered,
    settled: async () => {
      while (queues.some((queue) => queue.isBusy())) await delivered();
    },
  };
}

function createQueue(subscription: LocalSubscription, options: SubscriptionOptions) {
  const { logGroup, functionName, name } = subscription;
  const { accountId, deliver, clock = Date.now, collectMs = 500 } = options;
  const matches: Matches = readFilterPattern(subscription.pattern);
  const nextId = createEventIds();
  const underWay = new Set<Promise<void>>();
  let waiting: LogEvent[] = [];
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;

  const send = (messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE', logEvents: LogEvent[], owner: string): void => {
    const logStream = messageType === 'CONTROL_MESSAGE' ? '' : 'local';
    const sending = seal({ messageType, owner, logGroup, logStream, subscriptionFilters: [name], logEvents })
      .then((event) => deliver(functionName, event))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) send('DATA_MESSAGE', waiting, accountId);
    waiting = [];
    characters = 0;
    await Promise.all(underWay);
  };

  const event = (message: string, timestamp = clock()): LogEvent => ({ id: nextId(timestamp), timestamp, message });

  send(
    'CONTROL_MESSAGE',
    [event('CWL CONTROL MESSAGE: Checking health of destination Lambda function.')],
    'CloudwatchLogs',
  );

  return {
    logGroup,
    flush,
    isBusy: () => waiting.length > 0 || underWay.size > 0,
    take: (line: string, timestamp?: number): void => {
      if (!matches(line)) return;
      waiting.push(event(line, timestamp));
      characters += line.length;
      if (waiting.length >= MOST_EVENTS || characters >= MOST_CHARACTERS) void flush();
      else timer ??= setTimeout(flush, collectMs);
    },
  };
}
