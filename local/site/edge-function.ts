import { createContext, Script } from 'node:vm';

/** A request, as far as functions at the edge change it. */
export interface EdgeRequest {
  readonly method: string;
  /** The path, as it was sent. */
  readonly uri: string;
}

/** What becomes of a request at the edge: where it goes on to. */
export type AtEdge = (request: EdgeRequest) => string;

const AS_SENT: AtEdge = ({ uri }) => uri;

/**
 * Plays a CloudFront function for viewer requests from its code. The function sees method and path only.
 *
 * @throws Error if the code declares no `handler`; at a request, if the function answers it itself.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function edgeFunction(code: string | undefined): AtEdge {
  if (code === undefined) return AS_SENT;
  const context = createContext({});
  new Script(code).runInContext(context);
  const handler: unknown = context.handler;
  if (typeof handler !== 'function') throw new Error('a CloudFront function has no handler');
  return ({ method, uri }) => {
    const request = { method, uri, querystring: {}, headers: {}, cookies: {} };
    const result: unknown = handler({ version: '1.0', context: { eventType: 'viewer-request' }, request });
    const { uri: changed } = (result ?? {}) as { uri?: unknown };
    if (typeof changed === 'string') return changed;
    throw new Error('a CloudFront function answered a request itself, which is not played here');
  };
}
