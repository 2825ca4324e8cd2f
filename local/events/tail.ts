import type { RequestListener, ServerResponse } from 'node:http';
import type { BusEvent } from './pipes.ts';

/** Where `npm run events` listens, on the gateway's server. */
export const EVENTS_PATH = '/_events';

/** The bus of this machine: whoever listens gets each event as a line of JSON. */
export interface EventTail {
  readonly listener: RequestListener;
  publish(event: BusEvent): void;
  close(): void;
}

export function createTail(): EventTail {
  const listeners = new Set<ServerResponse>();
  return {
    listener: (request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      response.flushHeaders();
      listeners.add(response);
      request.on('close', () => listeners.delete(response));
    },
    publish: (event) => {
      for (const response of listeners) response.write(`${JSON.stringify(event)}\n`);
    },
    close: () => {
      for (const response of listeners) response.end();
    },
  };
}
