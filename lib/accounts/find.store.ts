import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../store/database.ts';
import { pauseUpTo } from '../store/pause.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { type Account, accountKey, type HotItem } from './account.ts';
import { LISTED } from './change.store.ts';
import type { Email } from './email.ts';

export interface AccountsPage {
  /** In the order of their addresses. */
  readonly accounts: readonly Account[];
  /** The address that the next page goes on after; absent on the last one. */
  readonly next?: Email;
}

const ATTEMPTS = 5;

/**
 * Finds accounts whose address begins with a text, by the table's index of accounts.
 *
 * @param after the address that the page before ended with.
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

/** @throws StoreUnavailable if DynamoDB leaves some unread five times: it does where it is throttled. */
async function readAccounts({ client, tables }: Database, emails: readonly Email[]): Promise<Account[]> {
  const found = new Map<Email, Account>();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const Keys = emails.filter((email) => !found.has(email)).map(accountKey);
    if (Keys.length === 0) return emails.flatMap((email) => found.get(email) ?? []);
    const { Responses } = await client.send(
      new BatchGetCommand({ RequestItems: { [tables.userPreferences]: { Keys, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[tables.userPreferences] ?? []) {
      found.set(item.email, { email: item.email, item: item as HotItem });
    }
    if (found.size < emails.length) await pauseUpTo(20 * 2 ** attempt);
  }
  throw new StoreUnavailable(`accounts were left unread ${ATTEMPTS} times`);
}
