import type { Email } from '../../lib/accounts/email.ts';
import type { Note, Outcome, PageContext, Row } from '../migration.ts';
import { batches } from '../runner/batches.ts';
import { type Extension, extendBatch } from './extend.store.ts';
import { markingOf, type Owner, ownerOf } from './marker.ts';
import { findRows, readAccounts } from './records.store.ts';

/**
 * Extends the rows of a page, each with its account in one transaction. A row whose address is written in another way than
 * the service writes it keeps its place, and its account is where its owner will look for it; a row that has no address is
 * left as it is.
 */
export async function extendRows(context: PageContext, rows: readonly Row[]): Promise<Outcome> {
  const tally = new Map<string, number>();
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
  const found: Note[] = [];
  const due: Extension[] = [];
  const elsewhere: (Owner & { email: Email })[] = [];
  for (const row of rows) {
    const { address, email } = ownerOf(row);
    const marking = markingOf(row);
    if (email === undefined) found.push({ address, kind: 'notAnAddress' });
    else if (marking === 'foreign') found.push({ address, kind: 'foreignAttribute' });
    else {
      if (email !== address) elsewhere.push({ address, email });
      if (marking === 'none') due.push({ address, email, origin: 'made' });
      else count('already');
    }
  }
  found.push(...(await notesElsewhere(context, elsewhere)));
  await context.keepNotes(found);

  const onNote = (note: Note) => found.push(note);
  if (context.isDryRun) await foretell(context, due, count);
  else {
    for (const batch of batches(due, context.batchSize, ({ email }) => email)) {
      await extendBatch(context, batch, { count, onNote });
    }
  }
  return { counts: Object.fromEntries(tally), notes: found };
}

async function notesElsewhere(
  { db }: PageContext,
  owners: readonly { readonly address: string; readonly email: Email }[],
): Promise<Note[]> {
  if (owners.length === 0) return [];
  const others = await findRows(
    db,
    owners.map(({ email }) => email),
  );
  return owners.map(({ address, email }) => ({
    address,
    kind: 'accountElsewhere',
    account: email,
    isShared: others.has(email),
  }));
}

/** What would be written of rows. */
async function foretell({ db }: PageContext, due: readonly Extension[], count: (what: string) => void): Promise<void> {
  const accounts = await readAccounts(
    db,
    due.map(({ email }) => email),
  );
  for (const { email } of due) count(accounts.has(email) ? 'found' : 'made');
}
