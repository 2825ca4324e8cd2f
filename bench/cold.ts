/**
 * Prints, for each function, the size of its bundle and how long a new Node.js takes from being spawned to its first
 * answer, on a local engine, beside an empty handler and a handler of the bare client. Runs are interleaved; each
 * has a user and a key of its own.
 *
 *     npm run bench:cold -- [--runs 41] [--json]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, bundleFunctions } from '../infra/bundles.ts';
import { ENV } from '../lib/env.ts';
import { TABLES } from '../lib/store/database.ts';
import { CASES, eventOf } from './cold/cases.ts';
import { firstAnswer } from './cold/launch.ts';
import { benchEngine, connect, engineEnvironment } from './support/engine.ts';
import { newHolder } from './support/holder.ts';
import { median } from './support/median.ts';
import { table } from './support/table.ts';

/** The bare client, bundled by the usual settings alone; and what Node.js itself costs. */
const BASELINES = [{ name: 'empty' }, { name: 'bare-client' }];
const SUBJECTS = [...BASELINES, ...CASES];

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '41' }, json: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs must be a whole number from 1, given ${values.runs}`);

const directory = await mkdtemp(path.join(tmpdir(), 'cold-'));
const engine = await benchEngine();
try {
  await bundleFunctions(directory);
  await bundleBaselines(directory);
  const rows = await summarize(directory, await measure(directory, engine.endpoint));
  console.log(values.json ? JSON.stringify({ runs, rows }) : report(rows));
} finally {
  await engine.close();
  await rm(directory, { recursive: true });
  await rm(`${directory}-maps`, { recursive: true });
}

async function bundleBaselines(outdir: string): Promise<void> {
  const { plugins: _, ...usual } = BUNDLE_OPTIONS;
  const entryPoints = BASELINES.map(({ name }) => ({
    in: fileURLToPath(new URL(`./cold/${name}.ts`, import.meta.url)),
    out: `${name}/index`,
  }));
  await build({ ...usual, entryPoints, outdir });
}

/** Milliseconds of every run, by name. The first, which warms the disk's cache, is not counted. */
async function measure(bundles: string, url: string): Promise<Map<string, number[]>> {
  const db = connect(url);
  const env = {
    ...engineEnvironment(url),
    [ENV.userPreferencesTable]: TABLES.userPreferences,
    [ENV.apiKeysTable]: TABLES.apiKeys,
    [ENV.apiEventsTable]: TABLES.apiEvents,
    [ENV.apiUsageTable]: TABLES.apiUsage,
    [ENV.groupsClaim]: 'cognito:groups',
    [ENV.adminGroup]: 'admin',
    [ENV.routeTerms]: '{}',
    [ENV.apiId]: 'cold',
  };
  const times = new Map<string, number[]>(SUBJECTS.map(({ name }) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    const holder = await newHolder(db);
    for (const subject of SUBJECTS) {
      const ms = await firstAnswer(path.join(bundles, subject.name, 'index.mjs'), eventOf(subject, holder), env);
      if (run > 0) times.get(subject.name)?.push(ms);
    }
  }
  db.client.destroy();
  return times;
}

interface Row {
  readonly name: string;
  readonly kilobytes: number;
  readonly medianMs: number;
  /** To the bare client's median. */
  readonly ratio: number;
}

async function summarize(bundles: string, times: Map<string, number[]>): Promise<Row[]> {
  const bare = median(times.get('bare-client') ?? []);
  return Promise.all(
    [...times].map(async ([name, milliseconds]) => ({
      name,
      kilobytes: (await stat(path.join(bundles, name, 'index.mjs'))).size / 1000,
      medianMs: median(milliseconds),
      ratio: median(milliseconds) / bare,
    })),
  );
}

function report(rows: Row[]): string {
  return [
    `first answer of a new process, median of ${runs}`,
    table([
      ['function', 'KB', 'ms', 'ratio'],
      ...rows.map(({ name, kilobytes, medianMs, ratio }) => [
        name,
        kilobytes.toFixed(1),
        medianMs.toFixed(1),
        ratio.toFixed(2),
      ]),
    ]),
  ].join('\n');
}
