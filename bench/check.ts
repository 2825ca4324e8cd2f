/**
 * Measures the check, and prints tables: see `docs/benchmarks.md`.
 *
 *     npm run bench:check -- [--peer] [--quick] [--json] [--help]
 */
import { whenOrphaned } from '../local/orphan.ts';
import { measure } from './check/measure.ts';
import { HELP, type Options, readOptions } from './check/options.ts';
import { type Peer, startPeer } from './check/peer.ts';
import { report } from './check/report.ts';
import { benchEngine } from './support/engine.ts';

/** What must be undone at the end, also of what is still starting. */
const started: Promise<{ close(): unknown }>[] = [];
const end = new AbortController();
const INTERRUPTED = 130;

async function undoAll(): Promise<void> {
  end.abort();
  for (const starting of started.splice(0).reverse()) {
    await starting.then(
      (one) => one.close(),
      () => {},
    );
  }
}

function start<Started extends { close(): unknown }>(starting: Promise<Started>): Promise<Started> {
  started.push(starting);
  return starting;
}

/** An option that there is not: what the person did, and no fault of the program. */
const isMistake = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

const stop = () => void undoAll().finally(() => process.exit(INTERRUPTED));

const say = (line: string) => console.error(line);

async function run({ sizes, peer: wanted, json }: Options): Promise<void> {
  const engine = await start(benchEngine(end.signal));
  const peer: Peer | undefined = wanted ? await start(startPeer(engine.endpoint, say, end.signal)) : undefined;
  const measured = await measure({ sizes, engine, ...(peer && { peer }), say });
  console.log(json ? JSON.stringify(measured) : report(measured));
}

process.on('SIGINT', stop).on('SIGTERM', stop);
whenOrphaned(stop);
try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  if (!end.signal.aborted) {
    process.exitCode = 1;
    console.error('npm run bench:check:', isMistake(error) ? error.message : error);
  }
} finally {
  if (!end.signal.aborted) await undoAll();
}
