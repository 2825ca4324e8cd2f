import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stopChild } from '../../local/child.ts';

const MAIN = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
/** Lines of its error output that are kept, to be told if it fails. */
const KEPT_LINES = 20;

export interface GatewayOptions {
  readonly port: number;
  /** Where the engine answers. */
  readonly endpoint: () => string;
  /** Where it keeps what it keeps. */
  readonly directory: string;
}

/** The gateway as a process of its own, that can be ended and started again. */
export class GatewayProcess {
  readonly #options: GatewayOptions;
  #child: ChildProcess | undefined;
  #ending: ChildProcess | undefined;
  #said: string[] = [];
  #isClosed = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it, and waits until it is ready.
   *
   * @throws Error with what it has said if it ends before.
   */
  async start(): Promise<void> {
    if (this.#isClosed) return;
    const { port, endpoint, directory } = this.#options;
    const args = [MAIN, '--directory', directory, '--log-level', 'error'];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, PORT: String(port), DYNAMODB_ENDPOINT: endpoint() },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C of the terminal is not for it: it would seem to have ended by itself.
      detached: true,
    });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#said = [...this.#said, line].slice(-KEPT_LINES);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready ')) continue;
      child.stdout.resume();
      return;
    }
    if (!this.#isClosed) throw new Error(`the gateway has not started:\n${this.#said.join('\n')}`);
  }

  /** @throws Error if it has ended by itself. */
  check(): void {
    const { exitCode, signalCode } = this.#child ?? {};
    if ((exitCode ?? signalCode ?? null) === null) return;
    throw new Error(`the gateway has ended by itself (${exitCode ?? signalCode}):\n${this.#said.join('\n')}`);
  }

  /** Sends it a signal, and waits until it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    this.#ending = child;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const child of [this.#child, this.#ending]) if (child) await stopChild(child);
  }
}
