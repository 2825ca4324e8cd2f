import { LOGS_PATH } from '../../local/logs/intake.ts';

const ANSWER_MS = 30_000;
const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** The access log of an instance. */
export interface AccessLog {
  readonly logGroup: string;
  readonly format: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the contract tells what an answer is.
type Json = any;

/** Calls an instance on this machine. */
export interface Service {
  readonly url: string;
  readonly accessLog: AccessLog;
  /** @throws Error with the reason, for any answer but success. */
  ask(as: string, method: string, path: string, body?: object): Promise<Json>;
  /** Calls a route for API keys; the status is for the caller to judge. */
  call(apiKey: string, method: string, path: string, body?: object): Promise<number>;
  /** Delivers lines of the access log, and waits until they are counted. */
  deliver(lines: readonly { readonly timestamp: number; readonly message: string }[]): Promise<void>;
}

/** @returns nothing where no instance listens. @throws Error if something else does. */
export async function findService(port: number, signal: AbortSignal): Promise<Service | undefined> {
  const url = `http://127.0.0.1:${port}`;
  const limited = () => AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const send = (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> =>
    fetch(url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: limited(),
    });
  const ask = async (request: Promise<Response>, what: string): Promise<Json> => {
    const response = await request;
    const json: Json = await response.json().catch(() => undefined);
    if (response.ok) return json;
    throw new Error(`${what} answered ${response.status}: ${json?.detail ?? json?.message ?? 'no reason'}`);
  };

  const found = await send('GET', LOGS_PATH, {}).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED') return undefined;
    throw error;
  });
  if (!found) return undefined;
  const { accessLog } = ((await found.json().catch(() => undefined)) ?? {}) as { accessLog?: AccessLog };
  if (!accessLog) throw new Error(`what answers on port ${port} is no instance of Sensei Keys; set PORT`);
  return {
    url,
    accessLog,
    ask: (as, method, path, body) =>
      ask(send(method, path, { authorization: `Bearer ${as}` }, body), `${method} ${path}`),
    call: async (apiKey, method, path, body) => {
      const response = await send(method, path, { 'x-api-key': apiKey }, body);
      await response.body?.cancel();
      return response.status;
    },
    deliver: async (logEvents) => {
      const body = { logGroupName: accessLog.logGroup, logEvents };
      await ask(send('POST', LOGS_PATH, { 'content-type': CONTENT_TYPE }, body), 'the log');
    },
  };
}
