import { Command } from 'commander';
import type { Account } from '../../../lib/accounts/account.ts';
import { viewAccount } from '../../../lib/accounts/account-view.ts';
import type { Email } from '../../../lib/accounts/email.ts';
import { findAccounts } from '../../../lib/accounts/find.store.ts';
import type { Database } from '../../../lib/store/database.ts';
import { email, wholeNumber } from '../../support/arguments.ts';
import { onService } from '../../support/connection.ts';
import { printAnswer, tableOf } from '../../support/print.ts';

interface Options {
  readonly limit: number;
  readonly after?: Email;
}

/** DynamoDB reads so many items at once. */
const AT_ONCE = 100;

/** `users [list] [PREFIX]`: accounts, by the beginning of their address. */
export const listUsersCommand = (): Command =>
  new Command('list')
    .description('list accounts, by the beginning of their address')
    .argument('[prefix]', 'how the address begins', '')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000), 100)
    .option('--after <email>', 'those after this address', email)
    .action(
      onService(async ({ db, json }, prefix: string, { limit, after }: Options) => {
        const { accounts, next } = await pages(db, prefix.trim().normalize('NFC').toLowerCase(), limit, after);
        const users = accounts.map((account) => viewAccount(account, db.plans, Date.now()));
        printAnswer(json, { users, nextCursor: next ?? null }, () =>
          users.length === 0
            ? 'no account is found'
            : tableOf(users, {
                email: (user) => user.email,
                plan: (user) => user.plan,
                status: (user) => user.status,
                keys: (user) => user.keys,
                credits: (user) => user.balance.total,
                'last used': (user) => user.lastUsedAt,
              }),
        );
        if (next && !json) process.stderr.write(`there are more: --after ${next}\n`);
      }),
    );

async function pages(db: Database, prefix: string, limit: number, after?: Email) {
  const accounts: Account[] = [];
  let next = after;
  do {
    const page = await findAccounts(db, prefix, { limit: Math.min(AT_ONCE, limit - accounts.length), after: next });
    accounts.push(...page.accounts);
    next = page.next;
  } while (next && accounts.length < limit);
  return { accounts, next };
}
