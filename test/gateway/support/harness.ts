import { type IncomingHttpHeaders, request } from 'node:http';
import { inject } from 'vitest';
import { createGateway, type GatewayOptions } from '../../../local/gateway/gateway.ts';
import { listen } from '../../../local/gateway/listen.ts';
import { createLambdaRuntime, type Invoke } from '../../../local/lambda/runtime.ts';
import type { LocalApi, LocalRoute } from '../../../local/model.ts';
import { type FunctionSource, writeFunctions } from './functions.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

export type RouteSetup = Partial<LocalRoute> & Pick<LocalRoute, 'routeKey'>;

export interface Setup extends Partial<Pick<GatewayOptions, 'clock' | 'keyCooldownMs' | 'onError'>> {
  readonly functions?: Readonly<Record<string, FunctionSource>>;
  /** Routes lead to the function `echo` unless they name another. */
  readonly routes: readonly RouteSetup[];
  readonly cors?: LocalApi['cors'];
  readonly logFormat?: string;
  readonly invoke?: Invoke;
}

export interface EchoedEvent extends Readonly<Record<string, unknown>> {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The body, parsed. */
  readonly json: unknown;
  /** The body, parsed, when the function is `echo`. */
  readonly event: EchoedEvent;
}

export interface Harness {
  readonly url: string;
  readonly port: number;
  /** Lines of the access log. */
  readonly accessLog: string[];
  /** Sends a request with nothing normalised. */
  send(method: string, target: string, headers?: readonly string[], body?: string | Buffer): Promise<Answer>;
  invocations(functionName: string): number;
  close(): Promise<void>;
}

/** A gateway on a free port, with real containers. */
export async function startGateway(setup: Setup): Promise<Harness> {
  const { functions, remove } = await writeFunctions(setup.functions ?? {});
  const runtime = createLambdaRuntime(functions, {
    region: REGION,
    accountId: ACCOUNT,
    compileCache: inject('compiled'),
  });
  const accessLog: string[] = [];
  const api: LocalApi = {
    apiId: 'abc123',
    accountId: ACCOUNT,
    region: REGION,
    stage: '$default',
    routes: setup.routes.map((route) => ({ functionName: 'echo', timeoutMs: 30_000, ...route })),
    ...(setup.cors && { cors: setup.cors }),
    ...(setup.logFormat && { accessLog: { format: setup.logFormat, logGroup: '/access' } }),
  };
  const { clock, keyCooldownMs, onError } = setup;
  const gateway = createGateway({
    api,
    invoke: setup.invoke ?? runtime.invoke,
    onAccessLog: (line) => accessLog.push(line),
    ...(clock && { clock }),
    ...(keyCooldownMs !== undefined && { keyCooldownMs }),
    ...(onError && { onError }),
  });
  const server = await listen(gateway);
  return {
    url: server.url,
    port: server.port,
    accessLog,
    send: (method, target, headers, body) => send(server.port, method, target, headers, body),
    invocations: runtime.invocations,
    close: async () => {
      await server.close();
      await runtime.close();
      await remove();
    },
  };
}

function send(
  port: number,
  method: string,
  path: string,
  headers: readonly string[] = [],
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
    const host = headers.some((name) => name.toLowerCase() === 'host') ? [] : ['host', `127.0.0.1:${port}`];
    const sent = request({
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: [...host, ...headers, ...length],
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = Buffer.concat(chunks);
        const text = received.toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: received,
          text,
          get json() {
            return JSON.parse(text);
          },
          get event() {
            return JSON.parse(text);
          },
        });
      });
    });
    sent.end(body);
  });
}
