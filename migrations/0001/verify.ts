import type { Outcome, PageContext, Row } from '../migration.ts';
import { markingOf, ownerOf } from './marker.ts';
import { readAccounts } from './records.store.ts';

/** Counts the rows of a page as they are: extended, with or without their account, left as they are, or forgotten. */
export async function verifyRows({ db, notesOf }: PageContext, rows: readonly Row[]): Promise<Outcome> {
  const read = rows.map((row) => ({ ...ownerOf(row), marking: markingOf(row) }));
  const isMarked = ({ marking }: (typeof read)[number]) => marking === 'made' || marking === 'found';
  const accounts = await readAccounts(
    db,
    read.flatMap((row) => (isMarked(row) && row.email ? row.email : [])),
  );
  const bare = read.filter(({ marking, email }) => marking === 'none' && email !== undefined);
  const notes = await notesOf(bare.map(({ address }) => address));
  const tally = new Map<string, number>();
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
  for (const row of read) {
    count('rows');
    if (row.email === undefined) count('notAnAddress');
    else if (row.marking === 'foreign') count('foreignAttribute');
    else if (row.marking === 'none') count(notes.get(row.address)?.kind === 'notTaken' ? 'notTaken' : 'notExtended');
    else {
      count(row.marking);
      if (!accounts.has(row.email)) count('withoutAccount');
    }
  }
  return { counts: Object.fromEntries(tally), notes: [] };
}
