/**
 * Measures what the hourly notices read and write, and prints a table: see `docs/benchmarks.md`.
 *
 *     npm run bench:notices -- [--quick] [--json] [--help]
 */
import { parseArgs } from 'node:util';
import { writeAllNotices } from '../lib/notices/notices.store.ts';
import { fill } from './notices/fill.ts';
import { benchEngine, connect } from './support/engine.ts';
import { runBench } from './support/run.ts';
import { table } from './support/table.ts';
import { watched } from './support/watched.ts';

const HELP = `Measures the hourly notices: what a run reads of many keys of which few are due, alone, beside another run, and again.
Runs on an engine of its own, in memory.

  npm run bench:notices -- [options]

  --quick    2,000 keys in place of 100,000
  --json     print JSON
  --help     this text
`;

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Made in turn over the last 90 days, so that in each hour as many come to 90 days without a call. */
const IDLE_MS = 90 * DAY_MS;

await runBench('bench:notices', async ({ signal, start, say }) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { quick: flag, json: flag, help: { ...flag, short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const count = values.quick ? 2_000 : 100_000;

  const engine = await start(benchEngine(signal));
  say(`writing ${count.toLocaleString('en')} keys …`);
  await fill(connect(engine.endpoint), count, (index) => NOW - IDLE_MS + Math.floor((index * IDLE_MS) / count));

  const run = async (title: string, now: number, runners: number) => {
    say(`${title} …`);
    const begin = performance.now();
    const connections = Array.from({ length: runners }, () => watched(engine.endpoint));
    const runs = await Promise.all(connections.map(({ db }) => writeAllNotices(db, now, () => true)));
    const sum = (pick: (index: number) => number) => runs.reduce((total, _, index) => total + pick(index), 0);
    const units = (command: string) => sum((index) => connections[index]?.seen.units[command] ?? 0);
    return {
      title,
      keys: count,
      looked: sum((index) => runs[index]?.records ?? 0),
      notices: sum((index) => runs[index]?.written ?? 0),
      failures: sum((index) => runs[index]?.failures.length ?? 0),
      indexUnits: units('Query'),
      keyUnits: units('BatchGetItem'),
      writeUnits: units('TransactWriteItems') + units('UpdateItem'),
      milliseconds: performance.now() - begin,
    };
  };
  const runs = [
    await run('an hour', NOW + HOUR_MS, 1),
    await run('the same hour again', NOW + HOUR_MS, 1),
    await run('the next hour, two runs at once', NOW + 2 * HOUR_MS, 2),
  ];
  if (values.json) return console.log(JSON.stringify({ engine: engine.name, node: process.version, runs }));
  console.log(`On ${engine.name}, with Node.js ${process.version}: ${count.toLocaleString('en')} keys.\n`);
  console.log(
    table([
      ['run', 'looked at', 'notices', 'failed', 'index units', 'key units', 'write units', 'ms'],
      ...runs.map((row) => [
        row.title,
        ...[row.looked, row.notices, row.failures, row.indexUnits, row.keyUnits, row.writeUnits].map(String),
        row.milliseconds.toFixed(0),
      ]),
    ]),
  );
});
