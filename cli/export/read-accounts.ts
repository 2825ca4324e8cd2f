import { readAccount } from '../../lib/accounts/account.store.ts';
import { type Account, countAt, hot, versionOf } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { findAccounts } from '../../lib/accounts/find.store.ts';
import { readRecords } from '../../lib/accounts/records.store.ts';
import { KEY_RECORD, type KeyRecord } from '../../lib/keys/key.ts';
import { inLots } from '../../lib/lots.ts';
import type { Database } from '../../lib/store/database.ts';

/** What of an account is exported. */
export interface Exported {
  /** Keys that are not revoked, oldest first. */
  readonly keys: readonly KeyRecord[];
  readonly purchasedCredits: number;
}

const PAGE = 100;
const AT_ONCE = 10;

async function exported(db: Database, account: Account): Promise<Exported> {
  const keys = await readRecords<KeyRecord>(db, account.email, KEY_RECORD);
  return {
    keys: keys.filter(({ revokedAt }) => revokedAt === null),
    purchasedCredits: countAt(account, hot.purchasedCredits),
  };
}

/**
 * Reads every account in the order of addresses, or that of one address.
 *
 * @throws Error if there is no account of that address.
 */
export async function* readAccounts(db: Database, email?: Email): AsyncGenerator<Exported> {
  if (email !== undefined) {
    const account = await readAccount(db, email);
    if (versionOf(account) === 0) throw new Error(`there is no account of ${email}`);
    yield await exported(db, account);
    return;
  }
  let after: Email | undefined;
  do {
    const { accounts, next } = await findAccounts(db, '', { limit: PAGE, after });
    for (const some of inLots(accounts, AT_ONCE)) {
      yield* await Promise.all(some.map((account) => exported(db, account)));
    }
    after = next;
  } while (after !== undefined);
}
