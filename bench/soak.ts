/**
 * Mixed traffic with restarts, and whether all adds up afterwards: see `npm run soak -- --help`.
 *
 *     npm run soak -- --minutes 3
 */
import { randomUUID } from 'node:crypto';
import { HELP, type Options, readOptions } from './soak/options.ts';
import { judge, type Promised } from './soak/promises.ts';
import { type Done, doneReport, promisesReport } from './soak/report.ts';
import { runSoak } from './soak/run.ts';
import { openStage } from './soak/stage.ts';
import { markedBy } from './support/processes.ts';
import { type Bench, runBench } from './support/run.ts';

/** Every process that is started here inherits this variable, and is found by it. */
const MARK = 'SENSEI_KEYS_SOAK';

async function soak(options: Options, bench: Bench): Promise<{ done: Done; promises: Promised[] }> {
  const mark = randomUUID();
  process.env[MARK] = mark;
  bench.say(`starting an engine and a gateway, for ${options.minutes} minutes of ${options.rps} calls a second`);
  const stage = await openStage(bench);
  const { engine, gateway } = stage;
  // Each can be closed also while it starts.
  await bench.start(Promise.resolve(engine));
  await engine.start();
  await bench.start(Promise.resolve(gateway));
  await gateway.start();

  const { done, ...seen } = await runSoak(options, stage, bench);
  await gateway.close();
  await engine.close();
  const deadLetters = await stage.deadLetters();
  return { done, promises: judge({ ...seen, deadLetters, left: markedBy(MARK, mark) }) };
}

await runBench('soak', async (bench) => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(HELP);
  const { done, promises } = await soak(options, bench);
  const isReconciled = promises.every(({ holds }) => holds !== false);
  if (options.json) console.log(JSON.stringify({ isReconciled, ...done, promises }, null, 2));
  else {
    const outcome = isReconciled ? 'reconciled: all promises hold' : 'not reconciled';
    console.log(`\n${doneReport(done)}\n\n${promisesReport(promises)}\n\n${outcome}`);
  }
  if (!isReconciled) process.exitCode = 1;
});
