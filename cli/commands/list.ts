import { Command } from 'commander';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { listed, viewKey } from '../../lib/keys/key-view.ts';
import { email } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { printRows } from '../support/print.ts';

/** `list EMAIL`: the keys of a user. */
export const listCommand = (): Command =>
  new Command('list')
    .description('list the keys of a user')
    .argument('<email>', 'whose', email)
    .option('--revoked', 'those revoked within 30 days too', false)
    .action(
      onService(async ({ db, json }, owner: Email, { revoked }: { revoked: boolean }) => {
        const now = Date.now();
        const { account, keys } = await readAccountKeys(db, owner);
        const shown = listed(keys, revoked, now).map((key) => viewKey(key, account, now));
        printRows(
          json,
          shown,
          {
            'key id': (key) => key.keyId,
            name: (key) => key.name,
            secret: (key) => key.hint,
            status: (key) => key.status,
            requests: (key) => key.totalRequests,
            'last used': (key) => key.lastUsedAt,
            expires: (key) => key.expiresAt,
          },
          `${owner} has no keys`,
        );
      }),
    );
