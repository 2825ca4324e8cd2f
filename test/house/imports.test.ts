import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROOMS = ['functions', 'lib', 'infra', 'local', 'cli', 'migrations'];

/** Every module of the house with what it imports at run time: types do not count. Paths are relative to the root. */
async function importGraph(): Promise<Map<string, string[]>> {
  const entryPoints = ROOMS.flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: ROOT })).filter(
    (file) => !file.endsWith('.d.ts'),
  );
  const { metafile } = (await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  })) as { metafile: Metafile };
  return new Map(Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map(({ path }) => path)]));
}

const graph = await importGraph();
const modules = [...graph.keys()];
const isModule = (name: string) => graph.has(name);

/** Who may import what: the first row whose `from` matches a module holds for it. */
const RULES: readonly { from: RegExp; allows: RegExp; why: string }[] = [
  {
    from: /^functions\/migrate\.ts$/,
    allows: /^(lib|migrations)\//,
    why: 'a deployment runs migrations as an operator does',
  },
  {
    from: /^migrations\//,
    allows: /^(lib\/(accounts|store)|migrations)\//,
    why: 'a migration knows the records and the store, and no other room',
  },
  {
    from: /^functions\//,
    allows: /^(lib\/|docs\/openapi\.json$)/,
    why: 'a handler reads the event, calls lib, shapes the answer',
  },
  {
    from: /^infra\//,
    allows: /^(infra\/|lib\/env\.ts$)/,
    why: 'infrastructure shares nothing with the code but the names of variables',
  },
  {
    from: /^cli\/demo/,
    allows: /^(cli|lib|local)\//,
    why: 'the demo is for an instance on this machine',
  },
  {
    from: /^cli\//,
    allows: /^((cli|lib|migrations)\/|infra\/plans\.ts$)/,
    why: 'what operators run stands on lib, and reads plans as a deployment does',
  },
  {
    from: /^local\//,
    allows: /^(local\/|infra\/content-hash\.ts$)/,
    why: 'the local runtime reads the synthesized template, and knows whether it is up to date',
  },
  {
    from: /^lib\/adapters\//,
    allows: /^lib\/(adapters|http|keys|metering)\//,
    why: 'adapters give the answers of the service in other servers',
  },
  { from: /^lib\/http\//, allows: /^lib\//, why: 'HTTP stands before the rooms of the domain' },
  { from: /^lib\//, allows: /^lib\/(?!http\/)/, why: 'no room of the domain knows HTTP' },
];

describe('imports run one way', () => {
  test.each(RULES)('$from: $why', ({ from, allows }) => {
    const governed = modules.filter((file) => RULES.find((rule) => rule.from.test(file))?.from === from);
    expect(governed).not.toEqual([]);
    const forbidden = governed.flatMap((file) =>
      (graph.get(file) ?? []).filter((path) => isModule(path) && !allows.test(path)).map((path) => `${file} → ${path}`),
    );
    expect(forbidden).toEqual([]);
  });

  test('there is no cycle', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
      if (done.has(file)) return [];
      const cycles = (graph.get(file) ?? []).filter(isModule).flatMap((next) => visit(next, [...path, file]));
      done.add(file);
      return cycles;
    };
    expect(modules.flatMap((file) => visit(file, []))).toEqual([]);
  });
});

test('what runs in servers of others needs no package, and nothing of Node', () => {
  const reached = new Set(modules.filter((file) => file.startsWith('lib/adapters/')));
  for (const file of reached) for (const path of (graph.get(file) ?? []).filter(isModule)) reached.add(path);
  const foreign = [...reached].flatMap((file) =>
    (graph.get(file) ?? []).filter((path) => !isModule(path)).map((path) => `${file} → ${path}`),
  );
  expect(foreign).toEqual([]);
});

describe('in lib', () => {
  const lib = modules.filter((file) => file.startsWith('lib/'));
  const touchesDynamoDb = (file: string) => file.endsWith('.store.ts') || file.startsWith('lib/store/');

  test('only stores import the AWS SDK', () => {
    const found = lib.filter(
      (file) => !touchesDynamoDb(file) && graph.get(file)?.some((path) => path.startsWith('@aws-sdk/')),
    );
    expect(found).toEqual([]);
  });

  /** The seams at which clock and environment come in. */
  const SEAMS = ['lib/env.ts', 'lib/http/endpoint.ts'];

  test('clock, randomness and environment are passed in', () => {
    const reads = /Date\.now|new Date\(\)|Math\.random|randomBytes\(|process\.env|performance\.now/;
    const found = lib
      .filter((file) => !SEAMS.includes(file) && !touchesDynamoDb(file))
      .filter((file) => reads.test(readFileSync(`${ROOT}${file}`, 'utf8').replace(/randomBytes\(length/g, '')));
    expect(found).toEqual([]);
  });

  test('pure modules import no store', () => {
    const ties = [
      'lib/metering/memory.ts',
      'lib/metering/check.ts',
      'lib/metering/inspect.ts',
      'lib/http/endpoint.ts',
      'lib/http/refund-call.ts',
    ];
    const found = lib
      .filter((file) => !touchesDynamoDb(file) && !ties.includes(file))
      .flatMap((file) =>
        (graph.get(file) ?? [])
          .filter((path) => isModule(path) && touchesDynamoDb(path) && path !== 'lib/store/unavailable.ts')
          .map((path) => `${file} → ${path}`),
      );
    expect(found).toEqual([]);
  });
});
