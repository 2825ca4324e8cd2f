import { type Engine, startEngine } from '../../local/engine.ts';
import { freePort } from '../../local/free-port.ts';

/** An engine with its data in a directory, that can be killed and started again on them, at the same port. */
export class EngineProcess {
  readonly #directory: string;
  #engine: Promise<Engine> | undefined;
  #port = 0;
  #isClosed = false;
  pid: number | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @throws Error if this machine can run none, or another process has taken its port meanwhile. */
  async start(): Promise<void> {
    if (this.#isClosed) return;
    this.#port ||= await freePort();
    this.#engine = startEngine({ dataDirectory: this.#directory, preferredPort: this.#port });
    const { endpoint, pid } = await this.#engine;
    if (endpoint !== this.endpoint) throw new Error(`something else listens on the engine's port ${this.#port} now`);
    this.pid = pid;
  }

  /** Ends it as a crash would, and waits until it has. */
  async kill(): Promise<void> {
    const engine = await this.#engine;
    if (engine?.pid) process.kill(engine.pid, 'SIGKILL');
    await engine?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#engine?.then((engine) => engine.close()).catch(() => {});
  }
}
