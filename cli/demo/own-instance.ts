import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stopChild } from '../../local/child.ts';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

/** An instance that was started here, and keeps nothing. */
export interface OwnInstance {
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an instance as `npm start -- --memory --payments` does, and waits until it is ready.
 *
 * @param onStarted told of it before it is ready, as it must be stopped also then.
 * @throws Error if it ends before; it has printed why.
 */
export async function startOwnInstance(port: number, onStarted: (own: OwnInstance) => void): Promise<OwnInstance> {
  const child = spawn(process.execPath, [MAIN, '--memory', '--payments', '--log-level', 'error'], {
    env: { ...process.env, PORT: String(port), DYNAMODB_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const own = { ended, close: () => stopChild(child) };
  onStarted(own);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('ready ')) continue;
    child.stdout.resume();
    return own;
  }
  throw new Error('the instance has not started');
}
