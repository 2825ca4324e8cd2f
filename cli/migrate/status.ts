import { MIGRATIONS } from '../../migrations/index.ts';
import { addCounts, numberOf } from '../../migrations/migration.ts';
import { readLock } from '../../migrations/runner/lock.store.ts';
import { readStates } from '../../migrations/runner/state.store.ts';
import type { Service } from '../support/connection.ts';
import { printRows } from '../support/print.ts';
import { PASSES } from './report.ts';

/** Prints how each migration stands. */
export async function printStatus({ db, json }: Service): Promise<void> {
  const [states, lock] = [await readStates(db), await readLock(db)];
  const rows = MIGRATIONS.map(({ id, name }) => {
    const state = states.get(id);
    return {
      migration: `${numberOf(id)} ${name}`,
      standing: !state ? 'not up' : state.pass === 'done' ? 'up' : `unfinished: ${PASSES[state.pass]}`,
      since: state ? new Date(state.startedAt).toISOString() : null,
      scanned: state ? (addCounts(...state.segments.map(({ counts }) => counts)).scanned ?? null) : null,
      runBy: lock ? `process ${lock.pid} on ${lock.host}` : null,
    };
  });
  printRows(json, rows, {
    migration: (row) => row.migration,
    standing: (row) => row.standing,
    since: (row) => row.since,
    'items read': (row) => row.scanned,
    'run by': (row) => row.runBy,
  });
}
