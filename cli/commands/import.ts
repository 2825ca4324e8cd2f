import { createReadStream, statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { inChunks } from '../import/chunk.ts';
import { FORMATS, type Format, formatOf } from '../import/columns.ts';
import { createImporter } from '../import/importer.ts';
import { type Counts, createReport, type OutputPaths, openOutputs } from '../import/outputs.ts';
import { readRows } from '../import/read-rows.ts';
import type { Row } from '../import/row.schema.ts';
import { type Candidate, candidateOf, type Result } from '../import/verdict.ts';
import { onService, type Service } from '../support/connection.ts';
import { printJson } from '../support/print.ts';
import { createProgress, type Progress } from '../support/progress.ts';
import { EXIT } from '../support/run-program.ts';
import { settingsOf } from '../support/stage.ts';

/** Rows that are held at a time. */
const AT_ONCE = 2_000;

const HELP = `
A row is { "email": …, "key" or "keyHash": …, and, as wanted, hashEncoding, hint, name, environment, status, scopes, allowedIps,
rateLimits, quota, dailyCredits, expiresAt, createdAt, credits }; docs/import.md tells all of them. A key is hashed on arrival, and a
row whose key is there already writes nothing: after an interruption run the same again.`;

interface Options extends OutputPaths {
  readonly format?: Format;
  readonly dryRun: boolean;
}

/** `import FILE`: users and keys from elsewhere. */
export const importCommand = (): Command =>
  new Command('import')
    .description('import keys of users from a file of JSON Lines or CSV')
    .argument('<file>', 'the file, or - for the standard input')
    .addOption(new Option('--format <format>', 'what it is (default: by its name, else jsonl)').choices(FORMATS))
    .option('--dry-run', 'write nothing, and tell what would come of each row', false)
    .option('--results <file>', 'write what came of each row, as JSON Lines')
    .option('--rejects <file>', 'write rejected rows, with their reasons (default: FILE.rejects.jsonl)')
    .addHelpText('after', HELP)
    .action(onService(importFile));

async function importFile(service: Service, file: string, options: Options): Promise<void> {
  const { stage } = service;
  const outputs = openOutputs(file, options);
  const takesForeign = stage === undefined ? undefined : settingsOf(stage)?.foreignSecrets === true;
  const refuses = ({ kind }: Row): string | undefined =>
    kind === 'foreign' && takesForeign === false
      ? `key: not of this service's shape; stage ${stage} takes such keys with foreignSecrets in cdk.json, once that is deployed`
      : undefined;

  const stopping = new AbortController();
  const source = openSource(file);
  const stop = () => {
    stopping.abort();
    // It may wait for rows that nobody types.
    source.end();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const importer = createImporter(service.db, {
    actor: await service.actor(),
    clock: Date.now,
    dryRun: options.dryRun,
    signal: stopping.signal,
  });
  const report = createReport(outputs.results, outputs.rejects);
  const kinds = { own: 0, foreign: 0, hash: 0 };
  let failure: unknown;
  try {
    for await (const found of inChunks(readRows(source.chunks, options.format ?? formatOf(file)), AT_ONCE)) {
      const now = Date.now();
      const candidates: Candidate[] = [];
      const results: Result[] = [];
      for (const one of found) {
        const read = candidateOf(one, now, refuses);
        if ('outcome' in read) results.push(read);
        else candidates.push(read);
      }
      for (const { kind } of candidates) kinds[kind] += 1;
      results.push(...(await importer.take(candidates)));
      for (const result of results.sort((a, b) => a.row - b.row)) report.add(result);
      source.show();
      if (stopping.signal.aborted) break;
    }
  } catch (error) {
    if (!stopping.signal.aborted) failure = error;
  } finally {
    source.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    outputs.results?.close();
    outputs.rejects.close();
  }
  const { counts, beyondPlan } = report;
  if (failure !== undefined && counts.rows === 0) throw failure;
  const isCut = stopping.signal.aborted || failure !== undefined;
  const rejects = counts.rejected > 0 ? outputs.rejects.path : null;
  if (service.json) {
    printJson({ ...counts, dryRun: options.dryRun, interrupted: isCut, beyondPlan: [...beyondPlan], rejects });
  } else print(counts, options.dryRun, rejects);
  const tell = (text: string) => process.stderr.write(`${text}\n`);
  if (beyondPlan.size > 0 && !service.json)
    tell(`${beyondPlan.size} accounts have more than their plan allows an owner`);
  for (const note of notesOf(kinds, takesForeign, stage)) tell(note);
  if (isCut) tell('not all rows were done: run the same again, and it goes on');
  if (failure !== undefined) throw failure;
  if (counts.rejected > 0 || isCut) process.exitCode = EXIT.failed;
}

/** The bytes of a file, and a bar of how much of it is done. */
function openSource(file: string): { chunks: AsyncIterable<Uint8Array>; show(): void; end(): void } {
  if (file === '-') return { chunks: process.stdin, show: () => {}, end: () => process.stdin.destroy() };
  const size = statSync(file).size;
  const chunks = createReadStream(file);
  const progress: Progress = createProgress(process.stderr);
  const show = () => progress.show(size === 0 ? 1 : Math.min(1, chunks.bytesRead / size));
  const end = () => {
    progress.end();
    chunks.destroy();
  };
  return { chunks, show, end };
}

function print({ rows, made, there, rejected }: Counts, dryRun: boolean, rejects: string | null): void {
  const verb = dryRun ? 'would be made' : 'made';
  process.stdout.write(`${rows} rows: ${made} ${verb}, ${there} there already, ${rejected} rejected\n`);
  if (rejects !== null) process.stdout.write(`why: ${rejects}\n`);
}

/** What an operator must know for the imported secrets to be let in. */
function notesOf(
  kinds: Readonly<Record<Row['kind'], number>>,
  takesForeign: boolean | undefined,
  stage: string | undefined,
): string[] {
  if (takesForeign || kinds.foreign + kinds.hash === 0) return [];
  const where = stage === undefined ? 'npm start runs with --foreign-secrets' : `stage ${stage} has foreignSecrets`;
  const foreign = kinds.foreign > 0 ? [`${kinds.foreign} keys are not of this service's shape`] : [];
  const hash = kinds.hash > 0 ? [`${kinds.hash} are known by hash alone, and may be`] : [];
  return [`${[...foreign, ...hash].join('; ')}: such secrets are let in only while ${where}`];
}
