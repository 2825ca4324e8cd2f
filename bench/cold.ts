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
import { documentClient } from '../lib/store/client.ts';
import { CASES, eventOf, seed } from './cold/cases.ts';
import { benchEngine } from './cold/engine.ts';
import { firstAnswer } from './cold/launch.ts';

/** The bare client, bundled by the usual settings alone; and what Node.js itself costs. */
const BASELINES = [{ name: 'empty' }, { name: 'bare-client' }];
const SUBJECTS = [...BASELINES, ...CASES];
const TABLES = { userPreferences: 'user_preferences', apiKeys: 'api_keys' };

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
  console.log(values.json ? JSON.stringify({ runs, rows }) : table(rows));
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
  const aws = {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_DYNAMODB: url,
  };
  const db = { client: documentClient(aws), tables: TABLES };
  const env = {
    ...aws,
    [ENV.userPreferencesTable]: TABLES.userPreferences,
    [ENV.apiKeysTable]: TABLES.apiKeys,
    [ENV.groupsClaim]: 'cognito:groups',
    [ENV.adminGroup]: 'admin',
    [ENV.routeTerms]: '{}',
    [ENV.apiId]: 'cold',
  };
  const times = new Map<string, number[]>(SUBJECTS.map(({ name }) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    const holder = await seed(db, run);
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

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function table(rows: Row[]): string {
  return [
    `first answer of a new process, median of ${runs}`,
    `${'function'.padEnd(16)}${'KB'.padStart(8)}${'ms'.padStart(8)}${'ratio'.padStart(8)}`,
    ...rows.map(
      ({ name, kilobytes, medianMs, ratio }) =>
        name.padEnd(16) +
        kilobytes.toFixed(1).padStart(8) +
        medianMs.toFixed(1).padStart(8) +
        ratio.toFixed(2).padStart(8),
    ),
  ].join('\n');
}
