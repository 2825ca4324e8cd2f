/**
 * Measures the recording and the reporting of usage, and prints tables: see `docs/benchmarks.md`.
 *
 *     npm run bench:usage -- [--quick] [--json] [--help]
 */
import { parseArgs } from 'node:util';
import { benchEngine, connect } from './support/engine.ts';
import { runBench } from './support/run.ts';
import { recordingCost } from './usage/cost.ts';
import { fill } from './usage/fill.ts';
import { report } from './usage/report.ts';
import { lastDays, measureReport } from './usage/reports.ts';

const HELP = `Measures usage: what recording it writes and costs at several rates, and what reports of several spans read and
take. Runs on an engine of its own, in memory.

  npm run bench:usage -- [options]

  --quick    short traffic and spans only: the counts are right, the times mean nothing
  --json     print JSON
  --help     this text
`;

const FULL = { seconds: 120, rates: [1, 10, 100, 1_000], days: [7, 30, 90, 365], rounds: 21 };
const QUICK = { seconds: 20, rates: [1, 10], days: [1, 15], rounds: 1 };
const NOW = Date.UTC(2026, 10, 24, 12);

await runBench('bench:usage', async ({ signal, start, say }) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { quick: flag, json: flag, help: { ...flag, short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const { seconds, rates, days, rounds } = values.quick ? QUICK : FULL;

  say('what recording costs …');
  const recording = [1, 100].flatMap((keys) =>
    rates.flatMap((perSecond) =>
      [1, 10].map((delivery) => recordingCost({ perSecond, keys, delivery }, seconds, Math.random)),
    ),
  );

  const engine = await start(benchEngine(signal));
  const db = connect(engine.endpoint);
  const reports = [];
  for (const length of days) {
    say(`a report of ${length} days …`);
    const span = lastDays(length, NOW);
    await fill(db, span, Math.random);
    reports.push(await measureReport(engine.endpoint, length, span, rounds));
  }
  const measured = { engine: engine.name, node: process.version, recording, reports };
  console.log(values.json ? JSON.stringify(measured) : report(measured));
});
