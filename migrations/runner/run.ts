import type { Database } from '../../lib/store/database.ts';
import { MIGRATIONS } from '../index.ts';
import { type Counts, type Direction, type Migration, numberOf } from '../migration.ts';
import type { Holder } from './holder.ts';
import { type Lock, takeLock } from './lock.store.ts';
import { type NoteSummary, summarize } from './note-summary.ts';
import { deleteNotes, readNotes } from './notes.store.ts';
import { runPass } from './pass.ts';
import { amiss, beginning, following, type PassName, type Place, type Step, stepsTo } from './passes.ts';
import { deleteState, readStates, type Segment, type State, writeState } from './state.store.ts';

/** How migrations are run. */
export interface RunOptions {
  /** The number of the last migration that shall be up. @default - the newest */
  readonly to?: number | undefined;
  /** Write nothing, and say what would be done. @default false */
  readonly isDryRun?: boolean;
  /** Rows that are written a second. @default - as many as go */
  readonly rowsPerSecond?: number | undefined;
  /** Into how many parts the table is cut, which are worked on side by side. @default 8 */
  readonly segments?: number | undefined;
  readonly holder: Holder;
  /** Ends the run after the batches that are under way. */
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** How far a pass has come. */
export interface Progress {
  readonly migration: string;
  readonly pass: PassName;
  readonly counts: Counts;
}

/** What became of one migration. */
export interface StepResult {
  /** Its number and name. */
  readonly migration: string;
  readonly direction: Direction;
  /** `failed`: the verification found something amiss, three times over; `stopped`: it goes on with the next run. */
  readonly status: 'done' | 'failed' | 'stopped' | 'foretold';
  /** What the last pass did, or would do. */
  readonly counts: Counts;
  /** What the verification counted. */
  readonly verified?: Counts;
  /** The counts of it that should be 0, and are not. */
  readonly amiss: readonly string[];
  readonly notes: readonly NoteSummary[];
}

const SEGMENTS = 8;
const FRESH: Segment = { isDone: false, counts: {} };
const titleOf = ({ id, name }: Migration): string => `${numberOf(id)} ${name}`;

/**
 * Brings the table to a level: runs what lies between, one migration after the other, each verified.
 *
 * @throws LockHeld, LockLost; and what DynamoDB throws: then the next run goes on where this one has stopped.
 */
export async function migrate(db: Database, options: RunOptions): Promise<StepResult[]> {
  const { to = MIGRATIONS.length, isDryRun = false } = options;
  const lock = isDryRun ? undefined : await takeLock(db, options.holder);
  try {
    const states = await readStates(db);
    const standings = new Map([...states].map(([id, { pass }]) => [id, pass]));
    const results: StepResult[] = [];
    for (const step of stepsTo(MIGRATIONS, standings, to)) {
      const state = states.get(step.migration.id);
      const result = lock ? await runStep(db, lock, step, state, options) : await foretell(db, step, options);
      results.push(result);
      if (result.status === 'failed' || result.status === 'stopped') break;
    }
    return results;
  } finally {
    await lock?.release();
  }
}

const freshSegments = (options: RunOptions): Segment[] => Array(options.segments ?? SEGMENTS).fill(FRESH);

/** What a step would do, by a pass that writes nothing. */
async function foretell(db: Database, { migration, direction }: Step, options: RunOptions): Promise<StepResult> {
  const { counts, notes, isComplete } = await runPass({
    db,
    migration,
    pass: direction,
    lock: undefined,
    signal: options.signal,
    segments: freshSegments(options),
    onProgress: (counts) => options.onProgress?.({ migration: titleOf(migration), pass: direction, counts }),
  });
  const status = isComplete ? 'foretold' : 'stopped';
  return { migration: titleOf(migration), direction, status, counts, amiss: [], notes: summarize(notes) };
}

/** Runs the passes of a step from where it stands until it is verified. */
async function runStep(
  db: Database,
  lock: Lock,
  { migration, direction }: Step,
  standing: State | undefined,
  options: RunOptions,
): Promise<StepResult> {
  const begin = async (place: Place, before: Counts): Promise<State & Place> => {
    await lock.hold();
    if (place.pass === 'up') await deleteNotes(db, migration);
    return { ...place, startedAt: Date.now(), segments: freshSegments(options), before };
  };
  const { isResumed, ...first } = beginning(direction, standing);
  let state = standing && isResumed ? { ...standing, ...first } : await begin(first, standing?.before ?? {});
  for (;;) {
    await writeState(db, lock, migration, state);
    const { pass } = state;
    const passed = await runPass({
      db,
      migration,
      pass,
      lock,
      rowsPerSecond: options.rowsPerSecond,
      signal: options.signal,
      segments: state.segments,
      onProgress: (counts) => options.onProgress?.({ migration: titleOf(migration), pass, counts }),
    });
    const result = { migration: titleOf(migration), direction };
    if (!passed.isComplete) return { ...result, status: 'stopped', counts: passed.counts, amiss: [], notes: [] };

    const wrong = amiss(migration, direction, passed.counts);
    const next = following(state, wrong.length === 0);
    if (next !== 'done' && next !== 'failed') {
      state = await begin(next, passed.counts);
      continue;
    }
    const notes = summarize(await readNotes(db, migration));
    await settle(db, lock, { migration, direction }, next, state.before, options);
    return { ...result, status: next, counts: state.before, verified: passed.counts, amiss: wrong, notes };
  }
}

/** What is left of a step in the table: that it is up; nothing, where it is down; or that it is to begin anew. */
async function settle(
  db: Database,
  lock: Lock,
  { migration, direction }: Step,
  end: 'done' | 'failed',
  before: Counts,
  options: RunOptions,
): Promise<void> {
  if (end === 'done' && direction === 'down') {
    await deleteNotes(db, migration);
    await deleteState(db, lock, migration);
    return;
  }
  const pass = end === 'done' ? 'done' : direction;
  const segments = end === 'done' ? [] : freshSegments(options);
  await writeState(db, lock, migration, { pass, round: 1, startedAt: Date.now(), segments, before });
}
