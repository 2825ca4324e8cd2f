import type { IncomingMessage, RequestListener } from 'node:http';
import type { LocalApi } from '../model.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Where lines of the past are taken, on the gateway's server: what `npm run demo` fills an instance by. */
export const LOGS_PATH = '/_logs';

/** What a page of some web site could not send without asking, and is not allowed to. */
const CONTENT_TYPE = 'application/x-amz-json-1.1';
const MOST_BYTES = 8 * 1024 * 1024;

/** `PutLogEvents` of CloudWatch Logs, as far as it is played. */
interface PutLogEvents {
  readonly logGroupName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`the body has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readEvents(body: string): PutLogEvents {
  const { logGroupName, logEvents } = JSON.parse(body) as Partial<PutLogEvents>;
  const isEvent = (event: unknown) => {
    const { timestamp, message } = (event ?? {}) as { timestamp?: unknown; message?: unknown };
    return Number.isSafeInteger(timestamp) && typeof message === 'string';
  };
  if (typeof logGroupName === 'string' && Array.isArray(logEvents) && logEvents.every(isEvent)) {
    return { logGroupName, logEvents };
  }
  throw new Error('expected { logGroupName, logEvents: [{ timestamp, message }] }');
}

/**
 * Takes log events with times of their own, and answers when they are delivered to who has subscribed to their group. Asked
 * by GET it tells the access log's group and format.
 */
export const logIntake =
  ({ accessLog }: LocalApi, subscriptions: Subscriptions): RequestListener =>
  async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'GET') return void answer(200, { accessLog: accessLog ?? null });
    if (request.method !== 'POST') return void answer(405, { message: 'GET or POST' });
    if (request.headers['content-type'] !== CONTENT_TYPE) {
      return void answer(415, { message: `expected ${CONTENT_TYPE}` });
    }
    try {
      const { logGroupName, logEvents } = readEvents(await readBody(request));
      for (const { timestamp, message } of logEvents) subscriptions.write(logGroupName, message, timestamp);
      await subscriptions.delivered();
      answer(200, {});
    } catch (error) {
      answer(400, { message: (error as Error).message });
    }
  };
