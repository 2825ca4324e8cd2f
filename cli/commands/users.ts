import { Command } from 'commander';
import { isSuspended, keyCount, planOf } from '../../lib/accounts/account.ts';
import { findAccounts } from '../../lib/accounts/find.store.ts';
import { wholeNumber } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { printRows } from '../support/print.ts';

/** `users …`: accounts. */
export const usersCommand = (): Command =>
  new Command('users').description('find and change accounts').addCommand(listUsers(), { isDefault: true });

const listUsers = (): Command =>
  new Command('list')
    .description('list accounts, by the beginning of their address')
    .argument('[prefix]', 'how the address begins', '')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000), 100)
    .action(
      onService(async ({ db, json }, prefix: string, { limit }: { limit: number }) => {
        const { accounts, next } = await findAccounts(db, prefix.trim().toLowerCase(), { limit });
        const rows = accounts.map((account) => ({
          email: account.email,
          plan: planOf(account, db.plans).name,
          status: isSuspended(account) ? 'suspended' : 'active',
          keys: keyCount(account),
        }));
        printRows(
          json,
          rows,
          {
            email: (row) => row.email,
            plan: (row) => row.plan,
            status: (row) => row.status,
            keys: (row) => row.keys,
          },
          'no account is found',
        );
        if (next && !json) process.stderr.write(`there are more, after ${next}\n`);
      }),
    );
