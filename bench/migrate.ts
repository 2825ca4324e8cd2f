/**
 * Migrates rows of an existing store, killed and resumed, and takes it back: see `docs/benchmarks.md`.
 *
 *     npm run bench:migrate -- [--rows N] [--kills N] [--json] [--help]
 */
import { parseArgs } from 'node:util';
import { runKilled, startMigrate } from './migrate/killed-run.ts';
import { legacyRows, writeRows } from './migrate/legacy-rows.ts';
import { foreignAttributes, hashTable } from './migrate/table-hash.ts';
import { benchEngine, connect } from './support/engine.ts';
import { Mistake } from './support/mistake.ts';
import { runBench } from './support/run.ts';
import { table } from './support/table.ts';

const HELP = `Fills a table with rows of an existing store, extends them by npm run migrate, which is killed at random moments and run again, and takes
it back the same way. Runs on an engine of its own, in memory.

  npm run bench:migrate -- [options]

  --rows N     how many rows (default: 100000)
  --kills N    how many times each way is killed (default: 20)
  --json       print JSON
  --help       this text
`;

function whole(name: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new Mistake(`--${name} is ${JSON.stringify(text)}; allowed is a whole number`);
}

await runBench('bench:migrate', async ({ signal, start, say }) => {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '100000' },
      kills: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [rows, kills] = [whole('rows', values.rows), whole('kills', values.kills)];

  const engine = await start(benchEngine(signal));
  const db = connect(engine.endpoint);
  say(`writing ${rows.toLocaleString('en')} rows …`);
  await writeRows(db, legacyRows(rows));
  const before = await hashTable(db);
  const foreign = await hashTable(db, foreignAttributes);

  const run = async (way: string, args: readonly string[], killing: number) => {
    say(`${way} …`);
    const begin = performance.now();
    const items = way.startsWith('up') ? rows : 2 * rows;
    const { code, killed, stdout, stderr } = killing
      ? await runKilled(db, engine.endpoint, { args, kills: killing, items, random: Math.random })
      : { ...(await startMigrate(engine.endpoint, args).ended), killed: 0 };
    const seconds = (performance.now() - begin) / 1_000;
    if (code !== 0) throw new Error(`npm run migrate ended with ${code}: ${stderr}`);
    const { counts, verified = {} } = JSON.parse(stdout).steps[0];
    const [whole, own] = [await hashTable(db), await hashTable(db, foreignAttributes)];
    const row = {
      way,
      rows,
      kills: killed,
      seconds,
      counts,
      verified,
      items: whole.items,
      isForeignEqual: own.hash === foreign.hash,
      isTableEqual: whole.hash === before.hash,
    };
    say(`  ${JSON.stringify(row)}`);
    return row;
  };
  const runs = [
    await run('up, killed', ['--json'], kills),
    await run('down, killed', ['--json', '--to', '0'], kills),
    await run('dry run', ['--json', '--dry-run'], 0),
  ];
  if (values.json) return console.log(JSON.stringify({ engine: engine.name, node: process.version, runs }));
  console.log(`On ${engine.name}, with Node.js ${process.version}.\n`);
  const yes = (is: boolean) => (is ? 'yes' : 'NO');
  console.log(
    table([
      [
        'run',
        'rows',
        'kills',
        'seconds',
        'rows/s',
        'made',
        'not extended',
        'items',
        'foreign equal',
        'table as before',
      ],
      ...runs.map((row) => [
        row.way,
        row.rows.toLocaleString('en'),
        String(row.kills),
        row.seconds.toFixed(1),
        (row.rows / row.seconds).toFixed(0),
        String(row.verified.made ?? 0),
        String(row.verified.notExtended ?? 0),
        row.items.toLocaleString('en'),
        yes(row.isForeignEqual),
        yes(row.isTableEqual),
      ]),
    ]),
  );
});
