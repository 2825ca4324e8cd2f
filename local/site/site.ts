import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { createRouter } from '../gateway/router.ts';
import type { LocalRoute, LocalSite } from '../model.ts';
import { fillBucket, matches } from './bucket.ts';
import { edgeFunction } from './edge-function.ts';

/** The dashboard on the gateway's server. */
export interface Site {
  /** Tells whether a request is for the dashboard, and not for the API. */
  takes(request: IncomingMessage): boolean;
  readonly listener: RequestListener;
  close(): Promise<void>;
}

/** What S3 answers for a key that is not there, to who may not list the bucket. */
const NO_SUCH_FILE =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

/** No browser heeds it without TLS. */
const NEEDS_TLS = 'strict-transport-security';

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

/**
 * Plays a distribution: its function at the edge, its headers, and its bucket behind them. One server stands for two hosts
 * here, that of the distribution and that of the API: what has a route of its own in the API goes there.
 *
 * The bucket is filled for the first request: its compression is most of what a start would take, and who calls the API alone
 * need not wait for it.
 */
export function openSite(site: LocalSite, routes: readonly LocalRoute[]): Site {
  const atEdge = edgeFunction(site.viewerRequest);
  const route = createRouter(routes.filter(({ routeKey }) => routeKey !== '$default'));
  const headers = Object.entries(site.headers).filter(([name]) => name !== NEEDS_TLS);

  const setHeaders = (response: ServerResponse) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
  let opened: Promise<OpenBucket> | undefined;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    opened ??= openBucket(site.content);
    const { files } = await opened;
    setHeaders(response);
    const uri = atEdge({ method: request.method ?? 'GET', uri: pathOf(request) });
    files(Object.assign(request, { url: uri === '/' ? `/${site.rootObject}` : uri }), response);
  };
  return {
    close: async () => {
      const bucket = await opened?.catch(() => undefined);
      await bucket?.close();
    },
    takes: (request) => {
      const path = pathOf(request);
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      return !site.apiPaths.some((pattern) => matches(pattern, path)) && !route(request.method, path);
    },
    listener: (request, response) => {
      serve(request, response).catch((error: Error) => {
        opened = undefined;
        response
          .writeHead(500, { 'content-type': 'text/plain' })
          .end(`The dashboard cannot be read: ${error.message}\n`);
      });
    },
  };
}

interface OpenBucket {
  readonly files: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

async function openBucket(content: LocalSite['content']): Promise<OpenBucket> {
  const { directory, cacheControl, close } = await fillBucket(content);
  const files = sirv(directory, {
    etag: true,
    brotli: true,
    gzip: true,
    dotfiles: true,
    extensions: [],
    setHeaders: (response, pathname) => {
      const value = cacheControl.get(pathname.slice(1));
      if (value) response.setHeader('cache-control', value);
    },
    onNoMatch: (_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' }).end(NO_SUCH_FILE);
    },
  });
  return { files, close };
}
