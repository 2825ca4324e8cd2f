import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Result } from './verdict.ts';

/** A file of JSON Lines that only its owner may read. It is made with its first line. */
export interface LineFile {
  readonly path: string;
  write(line: unknown): Promise<void>;
  /** Tells whether there is a line in it. */
  close(): Promise<boolean>;
}

/** A file of that name from an earlier run goes, as it tells of rows that may be mended. */
export function lineFile(path: string): LineFile {
  rmSync(path, { force: true });
  let stream: WriteStream | undefined;
  let failure: Error | undefined;
  return {
    path,
    write: async (line) => {
      if (failure) throw failure;
      if (!stream) {
        stream = createWriteStream(path, { flags: 'w', mode: 0o600 });
        stream.on('error', (error) => {
          failure = error;
        });
      }
      if (!stream.write(`${JSON.stringify(line)}\n`)) await drained(stream);
    },
    close: async () => {
      if (!stream) return false;
      stream.end();
      await finished(stream);
      return true;
    },
  };
}

const drained = (stream: WriteStream): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.once('drain', resolve).once('error', reject);
  });

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
    async add(result: Result): Promise<void> {
      const { row, email, outcome, reason } = result;
      counts.rows += 1;
      counts[outcome] += 1;
      if (email !== null && result.beyondPlan) beyondPlan.add(email);
      await results?.write(result);
      if (outcome === 'rejected') await rejects.write({ row, email, reason });
    },
  };
}
