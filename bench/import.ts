/**
 * Measures an import of many rows, run twice, and prints a table: see `docs/benchmarks.md`.
 *
 *     npm run bench:import -- [--quick] [--json] [--help]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCheck } from '../lib/metering/check.ts';
import { digestOf } from './import/digest.ts';
import { isBad, secretAt, writeRows } from './import/fill.ts';
import { benchEngine, connect } from './support/engine.ts';
import { Mistake } from './support/mistake.ts';
import { runBench } from './support/run.ts';
import { table } from './support/table.ts';

const HELP = `Imports rows of which one in a hundred is bad, as npm run keys -- import does, first as a dry run and then twice, and compares what
the tables hold after either. Runs on an engine of its own, in memory.

  npm run bench:import -- [options]

  --quick    1,000 rows in place of 50,000
  --rows N   as many rows
  --json     print JSON
  --help     this text
`;

/** Good rows of which the secret is asked to be let in, from the first to the last. */
const ASKED = 40;

/** What the command prints with --json. It exits with 1, as some rows are bad. */
function runImport(args: string[], signal: AbortSignal): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['cli/keys.ts', 'import', ...args, '--json'], { signal }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(error);
      else if (stdout === '') reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

await runBench('bench:import', async ({ signal, start, say }) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: { quick: flag, json: flag, help: { ...flag, short: 'h' }, rows: { type: 'string' } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const count = Number(values.rows ?? (values.quick ? 1_000 : 50_000));
  if (!Number.isInteger(count) || count < 100) throw new Mistake('--rows is a whole number from 100');

  const directory = await mkdtemp(path.join(tmpdir(), 'bench-'));
  await start(Promise.resolve({ close: () => rm(directory, { recursive: true, force: true }) }));
  // On dynoxide a write to the table of events, which has a stream, takes 36 ms once it holds 57,000; elsewhere 1 to 3 ms.
  const engine = await start(benchEngine(signal, false));
  const db = connect(engine.endpoint);
  const file = path.join(directory, 'rows.jsonl');
  await writeRows(file, count);

  const run = async (title: string, ...options: string[]) => {
    say(`${title} …`);
    const begin = performance.now();
    const { made, there, rejected } = await runImport([file, '--endpoint', engine.endpoint, ...options], signal);
    const seconds = (performance.now() - begin) / 1_000;
    return { title, rows: count, made, there, rejected, seconds, ...(await digestOf(db)) };
  };
  const runs = [await run('dry run', '--dry-run'), await run('import'), await run('the same again')];

  say('asking for secrets …');
  const check = createCheck(db, Date.now, '000000', { foreignSecrets: true });
  const good = Array.from({ length: count }, (_, index) => index).filter((index) => !isBad(index));
  let letIn = 0;
  for (let asked = 0; asked < ASKED; asked++) {
    const index = good[Math.floor((asked * (good.length - 1)) / (ASKED - 1))] as number;
    if ((await check(secretAt(index))).allowed) letIn += 1;
  }
  const isSame = runs[1]?.digest === runs[2]?.digest;
  const result = { engine: engine.name, node: process.version, runs, isSame, asked: ASKED, letIn };
  if (values.json) return console.log(JSON.stringify(result));
  console.log(`On ${engine.name}, with Node.js ${process.version}.\n`);
  const cells = runs.map((row) => [
    row.title,
    ...[row.rows, row.made, row.there, row.rejected, row.items].map(String),
    row.seconds.toFixed(1),
    (row.rows / row.seconds).toFixed(0),
  ]);
  console.log(table([['run', 'rows', 'made', 'there', 'rejected', 'items', 'seconds', 'rows/s'], ...cells]));
  console.log(`\nthe tables after both: ${isSame ? 'the same' : 'DIFFERENT'}; ${letIn} of ${ASKED} secrets are let in`);
});
