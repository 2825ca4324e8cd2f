/**
 * Measures the check, and prints tables: see `docs/benchmarks.md`.
 *
 *     npm run bench:check -- [--peer] [--quick] [--json] [--help]
 */
import { measure } from './check/measure.ts';
import { HELP, readOptions } from './check/options.ts';
import { startPeer } from './check/peer.ts';
import { report } from './check/report.ts';
import { benchEngine } from './support/engine.ts';
import { runBench } from './support/run.ts';

await runBench('bench:check', async ({ signal, start, say }) => {
  const { sizes, peer: wanted, json, help } = readOptions(process.argv.slice(2));
  if (help) return void process.stdout.write(HELP);
  const engine = await start(benchEngine(signal));
  const peer = wanted ? await start(startPeer(engine.endpoint, say, signal)) : undefined;
  const measured = await measure({ sizes, engine, ...(peer && { peer }), say });
  console.log(json ? JSON.stringify(measured) : report(measured));
});
