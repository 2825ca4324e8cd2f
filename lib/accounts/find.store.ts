import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readItems } from '../store/batch-read.store.ts';
import type { Database } from '../store/database.ts';
import { type Account, accountKey, type HotItem } from './account.ts';
import { LISTED } from './change.store.ts';
import type { Email } from './email.ts';

export interface AccountsPage {
  /** In the order of their addresses. */
  readonly accounts: readonly Account[];
  /** The address that the next page goes on after; absent on the last one. */
  readonly next?: Email;
}

/**
 * Finds accounts whose address begins with a text, by the table's index of accounts.
 *
 * @param after the address that the page before ended with.
 * @throws StoreUnavailable if DynamoDB leaves some unread five times: it does where it is throttled.
 */
export async function findAccounts(
  db: Database,
  prefix: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<AccountsPage> {
  const { Items = [] } = await db.client.send(
    new QueryCommand({
      TableName: db.tables.userPreferences,
      IndexName: 'accounts',
      KeyConditionExpression: prefix === '' ? 'a = :listed' : 'a = :listed AND begins_with(email, :prefix)',
      ExpressionAttributeValues: { ':listed': LISTED, ...(prefix !== '' && { ':prefix': prefix }) },
      Limit: limit + 1,
      ...(after !== undefined && { ExclusiveStartKey: { a: LISTED, ...accountKey(after as Email) } }),
    }),
  );
  const emails = Items.slice(0, limit).map(({ email }) => email as Email);
  const next = Items.length > limit ? emails.at(-1) : undefined;
  return { accounts: await readAccounts(db, emails), ...(next !== undefined && { next }) };
}

/** The index may still name an account that was erased a moment ago: it is not among the accounts. */
async function readAccounts(db: Database, emails: readonly Email[]): Promise<Account[]> {
  const items = await readItems(db, db.tables.userPreferences, emails.map(accountKey));
  const found = new Map(
    items.map((item): [Email, Account] => [item.email, { email: item.email, item: item as HotItem }]),
  );
  return emails.flatMap((email) => found.get(email) ?? []);
}
