import type { Outcome, PageContext, Row } from '../migration.ts';
import { batches } from '../runner/batches.ts';
import { markingOf, ownerOf } from './marker.ts';
import { isAsMade, readAccounts } from './records.store.ts';
import { type Withdrawal, withdrawBatch } from './withdraw.store.ts';

/**
 * Takes the markers of a page's rows away, and the accounts that were made for them, as far as they are as they were made:
 * an account in use is its owner's, and is kept.
 */
export async function withdrawRows(context: PageContext, rows: readonly Row[]): Promise<Outcome> {
  const tally = new Map<string, number>();
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
  const marked = rows.flatMap((row) => {
    const marking = markingOf(row);
    const { address, email } = ownerOf(row);
    return (marking === 'made' || marking === 'found') && email ? [{ address, email, marking }] : [];
  });
  const made = marked.filter(({ marking }) => marking === 'made');
  const accounts = await readAccounts(
    context.db,
    made.map(({ email }) => email),
  );
  const due = marked.map(({ address, email, marking }): Withdrawal => {
    const account = marking === 'made' ? accounts.get(email) : undefined;
    if (!account) return { address, email };
    return isAsMade(account) ? { address, email, account } : { address, email, isKept: true };
  });
  if (context.isDryRun) {
    for (const { account, isKept } of due) {
      count('rowsRestored');
      if (account) count('accountsRemoved');
      if (isKept) count('accountsKept');
    }
  } else {
    for (const batch of batches(due, context.batchSize, ({ email }) => email)) {
      await withdrawBatch(context, batch, count);
    }
  }
  return { counts: Object.fromEntries(tally), notes: [] };
}
