import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Result } from './verdict.ts';

/** A file of JSON Lines that only its owner may read. Each line is there when `write` is back. */
export interface LineFile {
  readonly path: string;
  /** @throws Error that names the file. */
  write(line: unknown): void;
  close(): void;
}

/**
 * Opens a file for lines. What is no file, such as `/dev/null`, is written to as it is.
 *
 * @param isNow opens it at once; else it is made with its first line.
 * @throws Error that names the file if it cannot be opened.
 */
export function lineFile(path: string, isNow = false): LineFile {
  const told = <Value>(act: () => Value): Value => {
    try {
      return act();
    } catch (cause) {
      throw new Error(`${path} cannot be written: ${(cause as Error).message}`, { cause });
    }
  };
  const open = () => told(() => openSync(path, 'w', 0o600));
  // A file of that name from an earlier run goes, as it tells of rows that may be mended.
  told(() => statSync(path, { throwIfNoEntry: false })?.isFile() && rmSync(path));
  let file = isNow ? open() : undefined;
  return {
    path,
    write: (line) => {
      file ??= open();
      const to = file;
      told(() => writeFileSync(to, `${JSON.stringify(line)}\n`));
    },
    close: () => {
      if (file !== undefined) closeSync(file);
    },
  };
}

/** Where an import writes beside the tables. */
export interface OutputPaths {
  readonly results?: string;
  readonly rejects?: string;
}

/**
 * Opens what an import writes beside the tables.
 *
 * @param file what is imported, or `-` for the standard input.
 * @throws Error if the file is not there, an output would overwrite it or another one, or results cannot be written.
 */
export function openOutputs(
  file: string,
  { results, rejects }: OutputPaths,
): { results?: LineFile; rejects: LineFile } {
  const rejectsPath = rejects ?? `${file === '-' ? 'import' : file}.rejects.jsonl`;
  const paths = [...(file === '-' ? [] : [file]), ...(results === undefined ? [] : [results]), rejectsPath];
  if (new Set(paths.map((path) => resolve(path))).size < paths.length) {
    throw new Error('the file, --results and --rejects must be different files');
  }
  // A file that is not there is told before anything is removed, and results that cannot be written before anything is imported.
  if (file !== '-' && statSync(file).isDirectory()) throw new Error(`${file} is a directory; a file is expected`);
  return { ...(results !== undefined && { results: lineFile(results, true) }), rejects: lineFile(rejectsPath) };
}

/** How many rows had which outcome. */
export interface Counts {
  rows: number;
  made: number;
  there: number;
  rejected: number;
}

/** Counts results, and writes them where they are asked for. */
export function createReport(results: LineFile | undefined, rejects: LineFile) {
  const counts: Counts = { rows: 0, made: 0, there: 0, rejected: 0 };
  const beyondPlan = new Set<string>();
  return {
    counts,
    /** Accounts that are beyond their plan by now. */
    beyondPlan,
    add(result: Result): void {
      const { row, email, outcome, reason } = result;
      counts.rows += 1;
      counts[outcome] += 1;
      if (email !== null && result.beyondPlan) beyondPlan.add(email);
      results?.write(result);
      if (outcome === 'rejected') rejects.write({ row, email, reason });
    },
  };
}
