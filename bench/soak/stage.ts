import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../lib/store/database.ts';
import { freePort } from '../../local/free-port.ts';
import { keptAssembly } from '../../local/synth.ts';
import { connect } from '../support/engine.ts';
import type { Bench } from '../support/run.ts';
import { EngineProcess } from './engine.ts';
import { GatewayProcess } from './gateway.ts';

/** An engine and a gateway of a soak's own, with their data in a directory that goes with them. */
export interface Stage {
  readonly engine: EngineProcess;
  readonly gateway: GatewayProcess;
  readonly port: number;
  readonly origin: string;
  /** The tables, by the product's own client. */
  readonly db: () => Database;
  /** How many events functions were not given, after all attempts. */
  readonly deadLetters: () => Promise<number>;
}

/** Makes the directory, and has the stack synthesized before anything is started from it. Nothing is started. */
export async function openStage({ start, signal }: Bench): Promise<Stage> {
  const making = mkdtemp(path.join(tmpdir(), 'soak-'));
  const { directory } = await start(
    making.then((directory) => ({ directory, close: () => rm(directory, { recursive: true, force: true }) })),
  );
  await keptAssembly({ signal });

  const engine = new EngineProcess(path.join(directory, 'engine'));
  const port = await freePort();
  const data = path.join(directory, 'data');
  const options = { port, directory, endpoint: () => engine.endpoint };
  return {
    engine,
    gateway: new GatewayProcess(options),
    port,
    origin: `http://127.0.0.1:${port}`,
    db: () => connect(engine.endpoint),
    deadLetters: async () => {
      const files = existsSync(data) ? (await readdir(data)).filter((file) => file.endsWith('.jsonl')) : [];
      const texts = await Promise.all(files.map((file) => readFile(path.join(data, file), 'utf8')));
      return texts.reduce((sum, text) => sum + text.split('\n').filter(Boolean).length, 0);
    },
  };
}
