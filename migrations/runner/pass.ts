import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../lib/store/database.ts';
import { addCounts, type Counts, type Migration, type Note, type PageContext } from '../migration.ts';
import type { Lock } from './lock.store.ts';
import { findNotes, putNotes } from './notes.store.ts';
import { createPace } from './pace.ts';
import { directionOf, isVerification, type PassName } from './passes.ts';
import { readPage } from './scan.store.ts';
import { checkpoint, type Segment } from './state.store.ts';

const MOST_IN_ONE = 50;

/** What a pass is run with. */
export interface PassProps {
  readonly db: Database;
  readonly migration: Migration;
  readonly pass: PassName;
  /** The lock of the run; without one nothing is written. */
  readonly lock: Lock | undefined;
  readonly rowsPerSecond?: number | undefined;
  /** Ends the pass after the batches that are under way. */
  readonly signal: AbortSignal;
  /** How far the pass has come in each segment. */
  readonly segments: readonly Segment[];
  onProgress(counts: Counts): void;
}

/** What a pass came to. */
export interface Passed {
  readonly isComplete: boolean;
  readonly counts: Counts;
  /** Of a dry run, which keeps none. */
  readonly notes: readonly Note[];
}

const countsOf = (segments: readonly Segment[]): Counts => addCounts(...segments.map(({ counts }) => counts));

/**
 * Goes through the whole table once, all segments side by side, and notes after each page how far it has come.
 *
 * @throws the first error of any segment, when all have stopped.
 */
export async function runPass(props: PassProps): Promise<Passed> {
  const { db, migration, pass, lock, onProgress } = props;
  const failure = new AbortController();
  const signal = AbortSignal.any([props.signal, failure.signal]);
  const segments = [...props.segments];
  const notes: Note[] = [];
  const context = contextOf(props, signal);
  const work = isVerification(pass) ? migration.verify : migration[directionOf(pass)];

  const runSegment = async (index: number): Promise<void> => {
    for (let { after, isDone, counts } = segments[index] as Segment; !isDone && !signal.aborted; ) {
      await lock?.hold();
      const position = { segment: index, segments: segments.length, after };
      const page = await readPage(db, migration.rows, position, isVerification(pass));
      const outcome = await work(context, page.rows);
      if (!lock) notes.push(...outcome.notes);
      counts = addCounts(counts, outcome.counts, { scanned: page.scanned });
      after = page.next;
      isDone = page.next === undefined;
      const segment: Segment = { ...(after && { after }), isDone, counts };
      if (lock) await checkpoint(db, lock, migration, index, segment);
      segments[index] = segment;
      onProgress(countsOf(segments));
    }
  };
  const runs = segments.map((_, index) =>
    runSegment(index).catch((error) => {
      failure.abort();
      // The pause for the rate was cut short: the page is done again by the next run.
      if (error?.name !== 'AbortError') throw error;
    }),
  );
  const failed = (await Promise.allSettled(runs)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return { isComplete: segments.every(({ isDone }) => isDone), counts: countsOf(segments), notes };
}

function contextOf({ db, migration, lock, rowsPerSecond }: PassProps, signal: AbortSignal): PageContext {
  const wait = createPace(rowsPerSecond, Date.now);
  return {
    db,
    isDryRun: lock === undefined,
    batchSize: Math.max(1, Math.min(MOST_IN_ONE, Math.floor(rowsPerSecond ?? MOST_IN_ONE))),
    beforeWrite: async (rows) => {
      const milliseconds = wait(rows);
      if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
      await lock?.hold();
    },
    keepNotes: async (notes) => {
      if (lock) await putNotes(db, migration, notes);
    },
    notesOf: (addresses) => findNotes(db, migration, addresses),
  };
}
