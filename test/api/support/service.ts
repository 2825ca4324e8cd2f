import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { JWK } from 'jose';
import { inject } from 'vitest';
import { type Engine, startEngine } from '../../../local/engine.ts';
import { CLIENT_ID, EMAIL_GRANT } from '../../../local/identity/grant.ts';
import { type Instance, startInstance } from '../../../local/instance.ts';
import type { DeadLetter } from '../../../local/lambda/async-invoke.ts';
import { localClient } from '../../../local/tables.ts';
import { expectDocumented } from './documented.ts';
import { type Answer, type Call, send } from './http.ts';

/** The whole service on free ports, and all that it leaves behind. */
export interface Service {
  readonly instance: Instance;
  readonly engine: Engine;
  /** Every line that a function has logged. */
  readonly log: string[];
  readonly accessLog: string[];
  /** What a function could not be given. */
  readonly deadLetters: DeadLetter[];
  /** The client that tokens are for. */
  readonly audience: string;
  /** The private key of the identity provider. */
  readonly signingKey: JWK;
  /** `METHOD /path`, or the path of a GET. An answer that the contract does not tell of is an error. */
  call(target: string, call?: Call): Promise<Answer>;
  /** An ID token, as `npm run token` gets it. */
  token(email: string, options?: { admin?: boolean }): Promise<string>;
  /** How often the function of a route was invoked, or, without a route, the authorizer of API keys. */
  invocations(routeKey?: string): number;
  /** Every item of every table, as text; what is recorded of requests after their answers, only if it is asked for. */
  dump(options?: { usage?: boolean }): Promise<string[]>;
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** Starts the engine; the directory is for its data, if it keeps them. @default - in memory */
  readonly engine?: (directory: string) => Promise<Engine>;
  /** Where the synthesized stack is. @default - the service alone */
  readonly assembly?: string;
  /** Plays a payment provider, for a stack that sells credits. @default false */
  readonly payments?: boolean;
}

const inMemory = (): Promise<Engine> => startEngine();

/** Starts the service with an engine of its own. */
export async function startService({
  engine: start = inMemory,
  assembly = inject('assembly'),
  payments = false,
}: ServiceOptions = {}): Promise<Service> {
  const directory = await mkdtemp(path.join(tmpdir(), 'service-'));
  const engine = await start(directory);
  const log: string[] = [];
  const accessLog: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const starting = startInstance({
    port: 0,
    prepare: async () => ({ assembly, endpoint: engine.endpoint }),
    dataDirectory: directory,
    payments,
    onLog: (line) => log.push(line),
    onAccessLog: (line) => accessLog.push(line),
    onDeadLetter: (letter) => deadLetters.push(letter),
  });
  const instance = await starting.catch(async (error) => {
    await engine.close();
    throw error;
  });
  const audience = instance.stack.userPools[0]?.clients[0]?.clientId ?? '';
  return {
    instance,
    engine,
    log,
    accessLog,
    deadLetters,
    audience,
    signingKey: JSON.parse(await readFile(path.join(directory, 'signing-key.json'), 'utf8')),
    call: async (target, call) => {
      const answer = await send(instance.url, target, call);
      expectDocumented(target, answer);
      return answer;
    },
    token: (email, options) => requestToken(instance, email, options),
    invocations: (routeKey) => instance.lambda.invocations(functionOf(instance, routeKey)),
    dump: async ({ usage = false } = {}) => {
      const tables = instance.stack.tables.map(({ name }) => name).filter((name) => usage || name !== 'api_usage');
      const items = await dumpTables(engine.endpoint, tables);
      return items
        .filter((item) => usage || !isRefusal(item))
        .map((item) => JSON.stringify(ordered(item)))
        .sort();
    },
    close: async () => {
      await instance.close();
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function requestToken({ issuer }: Instance, email: string, { admin = false } = {}): Promise<string> {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    string
  >;
  const form = { grant_type: EMAIL_GRANT, client_id: discovery[CLIENT_ID] ?? '', email, admin: String(admin) };
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { id_token } = (await answer.json()) as { id_token?: string };
  if (!id_token) throw new Error(`the provider gave no token for ${email}`);
  return id_token;
}

function functionOf({ stack }: Instance, routeKey: string | undefined): string {
  const { routes } = stack.api;
  if (routeKey !== undefined) {
    const route = routes.find((candidate) => candidate.routeKey === routeKey);
    if (!route) throw new Error(`no route ${routeKey}; there are ${routes.map((it) => it.routeKey).join(', ')}`);
    return route.functionName;
  }
  const [name] = routes.flatMap(({ authorizer }) => (authorizer?.type === 'lambda' ? [authorizer.functionName] : []));
  if (!name) throw new Error('no route has a Lambda authorizer');
  return name;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** Whether `lib/events/refusals.store.ts` wrote it: usage is told of calls that were refused, too. */
const isRefusal = ({ eventId, type }: Item): boolean =>
  type?.S === 'key.refused' || eventId?.S?.startsWith('note#refused#') === true;

async function dumpTables(endpoint: string, names: readonly string[]): Promise<Item[]> {
  const client = localClient(endpoint);
  try {
    const tables = await Promise.all(names.map((TableName) => client.send(new ScanCommand({ TableName }))));
    if (tables.some((table) => table.LastEvaluatedKey)) throw new Error('a table has more than one page');
    return tables.flatMap(({ Items = [] }) => Items);
  } finally {
    client.destroy();
  }
}

/** A value whose attributes are in order: engines answer them in any. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, ordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
