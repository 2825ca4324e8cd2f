import { readAccount } from '../accounts/account.store.ts';
import { ACCOUNT_RECORD, type Account, type HotItem, versionOf } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { readRecords } from '../accounts/records.store.ts';
import type { Database } from '../store/database.ts';
import { type Item, scanTable } from '../store/read-all.store.ts';
import { ENTRY, HEAD, headIn, readHead } from './credits.store.ts';
import type { LedgerHead, Movement } from './ledger.ts';
import { type Drift, driftsOf, EMPTY_SUM, type LedgerSum, withLine } from './reconcile.ts';

/** What a comparison of all accounts came to. */
export interface Reconciled {
  readonly accounts: number;
  readonly ledgers: number;
  /** Accounts with neither a ledger nor purchased credits: there is nothing to compare. */
  readonly bare: number;
  readonly drifted: readonly DriftedAccount[];
}

/** An account whose credits do not add up. */
export interface DriftedAccount {
  readonly email: Email;
  readonly drifts: readonly Drift[];
}

interface Found {
  account?: Account;
  head?: LedgerHead | undefined;
  sum: LedgerSum;
}

const ATTEMPTS = 8;
/**
 * Compares the credits of every account with its ledger. What does not add up at first sight is read again for itself, as
 * calls and grants go on while the table is read.
 *
 * @param onAccounts told how many accounts were found so far.
 */
export async function reconcile(db: Database, onAccounts: (count: number) => void): Promise<Reconciled> {
  const found = new Map<Email, Found>();
  let accounts = 0;
  const take = (item: Item): void => {
    const email = item.email as Email;
    const of = found.get(email) ?? { sum: EMPTY_SUM };
    found.set(email, of);
    if (item.record === ACCOUNT_RECORD) {
      of.account = { email, item: item as HotItem };
      onAccounts(++accounts);
    } else if (item.record === HEAD) of.head = headIn(item);
    else of.sum = withLine(of.sum, item as Movement);
  };
  const input = {
    TableName: db.tables.userPreferences,
    FilterExpression: '#record IN (:account, :ledger) OR begins_with(#record, :entry)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':account': ACCOUNT_RECORD, ':ledger': HEAD, ':entry': ENTRY },
  };
  await scanTable(db, input, take);

  const drifted: DriftedAccount[] = [];
  let ledgers = 0;
  let bare = 0;
  for (const [email, { account = { email, item: {} }, head, sum }] of found) {
    if (head) ledgers += 1;
    const drifts = driftsOf(account, head, sum).length === 0 ? [] : await driftNow(db, email);
    if (drifts.length > 0) drifted.push({ email, drifts });
    else if (!head) bare += 1;
  }
  return { accounts, ledgers, bare, drifted };
}

/** One account by itself: read until nobody has moved its credits in between. Calls change nothing of what is compared. */
async function driftNow(db: Database, email: Email): Promise<Drift[]> {
  let drifts: Drift[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readAccount(db, email);
    const head = await readHead(db, email);
    const sum = (await readRecords<Movement>(db, email, ENTRY)).reduce(withLine, EMPTY_SUM);
    const account = await readAccount(db, email);
    drifts = driftsOf(account, head, sum);
    if (drifts.length === 0 || versionOf(before) === versionOf(account)) break;
  }
  return drifts;
}
