import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stopChild } from '../../local/child.ts';

const DEMO = fileURLToPath(new URL('../demo.ts', import.meta.url));

/** An instance of its own that `npm run demo` has filled. */
export interface FilledInstance {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Runs the demo on a free port, where it starts an instance, and waits until that is filled.
 *
 * @throws Error if it ends before; it has printed why.
 */
export async function startFilledInstance(port: number): Promise<FilledInstance> {
  const child = spawn(process.execPath, [DEMO], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('sign in as ')) continue;
    child.stdout.resume();
    return { url: `http://127.0.0.1:${port}`, close: () => stopChild(child) };
  }
  throw new Error('the demo has not come to its end');
}
