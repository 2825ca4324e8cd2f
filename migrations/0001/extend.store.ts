import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Email } from '../../lib/accounts/email.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Note, PageContext } from '../migration.ts';
import { isRefused, type Writing, writeRows } from '../runner/write-rows.store.ts';
import { MARKER, markerOf, markingOf, type Origin } from './marker.ts';
import { checkAccount, putAccount, rowKey } from './records.store.ts';

/** A row to be extended. */
export interface Extension {
  readonly address: string;
  /** Where its account belongs. */
  readonly email: Email;
  /** Whether its account is to be made. */
  readonly origin: Origin;
}

interface Listener {
  count(what: string): void;
  onNote(note: Note): void;
}

/** Extends rows, no two of which have the same account. */
export async function extendBatch(
  context: PageContext,
  batch: readonly Extension[],
  { count, onNote }: Listener,
): Promise<void> {
  const unable: Note[] = [];
  const writing: Writing<Extension> = {
    actionsOf: (extension) => actionsOf(context.db, extension),
    onDone: ({ origin }) => count(origin),
    onRefused: (extension, [row, account]) => {
      if (isRefused(row)) {
        const marking = row?.Item ? markingOf(row.Item) : 'gone';
        if (marking === 'foreign') unable.push({ address: extension.address, kind: 'foreignAttribute' });
        else if (marking !== 'none') count(marking === 'gone' ? 'gone' : 'already');
        return marking === 'none' ? extension : undefined;
      }
      return isRefused(account) ? { ...extension, origin: extension.origin === 'made' ? 'found' : 'made' } : extension;
    },
    onInvalid: ({ address }, reason) => unable.push({ address, kind: 'notTaken', reason }),
  };
  await writeRows(context, batch, writing);
  await context.keepNotes(unable);
  unable.forEach(onNote);
}

/** Nothing of the row is touched but the marker, and the account is only made if there is none. */
const actionsOf = (db: Database, { address, email, origin }: Extension): TransactWriteItem[] => [
  {
    Update: {
      TableName: db.tables.userPreferences,
      Key: rowKey(address),
      UpdateExpression: 'SET #marker = :marker',
      ConditionExpression: 'attribute_exists(email) AND attribute_not_exists(#marker)',
      ExpressionAttributeNames: { '#marker': MARKER },
      ExpressionAttributeValues: { ':marker': markerOf(origin) },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
  origin === 'made' ? putAccount(db, email) : checkAccount(db, email),
];
