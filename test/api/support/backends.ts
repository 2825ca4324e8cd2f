import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import express from 'express';
import { Hono } from 'hono';
import { apiKeyOf, apiKey as expressKey } from '../../../lib/adapters/express.ts';
import { protect } from '../../../lib/adapters/fetch.ts';
import { apiKey as honoKey } from '../../../lib/adapters/hono.ts';
import type { Verifier } from '../../../lib/adapters/verify-client.ts';

/** What all frameworks take alike. */
export interface BackendTerms {
  readonly verifier: Verifier;
  readonly cost?: number;
  readonly scopes?: readonly string[];
}

/** Routes of a backend: a GET answers whose key it was called with, a POST streams its body back. */
type Framework = (terms: BackendTerms, handled: () => void) => Server;

const own = ({ socket }: IncomingMessage) => socket.remoteAddress;

/** The frameworks, each as its users write it. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  Express: (terms, handled) => {
    const app = express();
    app.get('/orders/:id', expressKey(terms), (req, res) => {
      handled();
      res.json({ email: apiKeyOf(req).email, keyId: req.apiKey?.keyId });
    });
    app.post('/echo', expressKey(terms), async (req, res) => {
      handled();
      await pipeline(req, res);
    });
    return createServer(app);
  },
  Hono: (terms, handled) => {
    const app = new Hono();
    const protection = honoKey({ ...terms, ip: (c) => getConnInfo(c).remote.address });
    app.get('/orders/:id', protection, (c) => {
      handled();
      const { email, keyId } = c.get('apiKey');
      return c.json({ email, keyId });
    });
    app.post('/echo', protection, (c) => {
      handled();
      return new Response(c.req.raw.body);
    });
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
  Fetch: (terms, handled) => {
    const handler = protect(
      ({ method, body }, { email, keyId }, _env: HttpBindings) => {
        handled();
        return method === 'POST' ? new Response(body) : Response.json({ email, keyId });
      },
      { ...terms, ip: (_request, { incoming }) => own(incoming) },
    );
    return createAdaptorServer({
      fetch: (request: Request, env: unknown) => handler(request, env as HttpBindings),
    }) as Server;
  },
  'Node.js': (terms, handled) => {
    const protection = expressKey(terms);
    return createServer((req, res) =>
      protection(req, res, () => {
        handled();
        if (req.method === 'POST') req.pipe(res);
        else res.setHeader('content-type', 'application/json').end(JSON.stringify(apiKeyOf(req)));
      }),
    );
  },
};

export interface Backend {
  readonly origin: string;
  /** How many calls have reached a handler. */
  handled(): number;
  close(): Promise<void>;
}

/** Starts a backend of a framework on a free port of its own. */
export async function startBackend(framework: string, terms: BackendTerms): Promise<Backend> {
  let count = 0;
  const make = FRAMEWORKS[framework];
  if (!make) throw new Error(`no framework ${framework}; there are ${Object.keys(FRAMEWORKS).join(', ')}`);
  const server = make(terms, () => {
    count += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handled: () => count,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
