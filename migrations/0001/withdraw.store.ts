import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Email } from '../../lib/accounts/email.ts';
import type { Database } from '../../lib/store/database.ts';
import type { PageContext, Row } from '../migration.ts';
import { isRefused, writeRows } from '../runner/write-rows.store.ts';
import { MARKER } from './marker.ts';
import { deleteAccount, rowKey } from './records.store.ts';

/** A row whose marker is to be taken away. */
export interface Withdrawal {
  readonly address: string;
  readonly email: Email;
  /** The account that goes with it, as it was read. */
  readonly account?: Row;
  /** Its account was made for it and is in use. */
  readonly isKept?: boolean;
}

/** Takes markers away from rows, no two of which have the same account. */
export const withdrawBatch = (
  context: PageContext,
  batch: readonly Withdrawal[],
  count: (what: string) => void,
): Promise<void> =>
  writeRows(context, batch, {
    actionsOf: (withdrawal) => actionsOf(context.db, withdrawal),
    onDone: ({ account, isKept }) => {
      count('rowsRestored');
      if (account) count('accountsRemoved');
      if (isKept) count('accountsKept');
    },
    onRefused: (withdrawal, [row, account]) => {
      // The row has gone, or its marker: the store writes it too.
      if (isRefused(row)) return undefined;
      return isRefused(account) ? { address: withdrawal.address, email: withdrawal.email, isKept: true } : withdrawal;
    },
    onInvalid: ({ address }, reason) => {
      throw new Error(`DynamoDB does not take the row of ${JSON.stringify(address)} without its marker: ${reason}`);
    },
  });

const actionsOf = (db: Database, { address, email, account }: Withdrawal): TransactWriteItem[] => [
  {
    Update: {
      TableName: db.tables.userPreferences,
      Key: rowKey(address),
      UpdateExpression: 'REMOVE #marker',
      ConditionExpression: '#marker.#migration = :one',
      ExpressionAttributeNames: { '#marker': MARKER, '#migration': 'migration' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  },
  ...(account ? [deleteAccount(db, email, account)] : []),
];
