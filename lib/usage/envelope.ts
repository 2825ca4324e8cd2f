import { gunzipSync } from 'node:zlib';

/** One event of a log. */
export interface LogEvent {
  /** Tells it from every other. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** What CloudWatch Logs delivers to a function at once. */
export interface LogBatch {
  readonly logGroup: string;
  readonly events: readonly LogEvent[];
}

/** What a subscription of CloudWatch Logs invokes a function with. */
export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string };
}

/** Far more than the 1 MB of events that are delivered at once. */
const MAX_BYTES = 64 * 1024 * 1024;

const LATEST = Date.UTC(9999, 0);

const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < LATEST;

const isEvent = (event: unknown): event is LogEvent => {
  const { id, timestamp, message } = (event ?? {}) as Partial<LogEvent>;
  return typeof id === 'string' && id !== '' && isTime(timestamp) && typeof message === 'string';
};

/**
 * Opens the envelope of a subscription: base64 of gzip of JSON. A control message, by which CloudWatch Logs asks whether the
 * function can be reached, is a batch without events.
 *
 * @throws Error if it is no such envelope.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function openEnvelope({ awslogs }: SubscriptionEvent): LogBatch {
  const json = gunzipSync(Buffer.from(awslogs.data, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8');
  const { messageType, logGroup, logEvents } = JSON.parse(json) as Partial<Record<string, unknown>>;
  if (messageType === 'CONTROL_MESSAGE') return { logGroup: String(logGroup), events: [] };
  if (messageType !== 'DATA_MESSAGE') {
    throw new Error(`messageType is ${JSON.stringify(messageType)}; expected DATA_MESSAGE or CONTROL_MESSAGE`);
  }
  if (!Array.isArray(logEvents) || !logEvents.every(isEvent)) {
    throw new Error('logEvents is no list of events with id, timestamp and message');
  }
  return { logGroup: String(logGroup), events: logEvents };
}
