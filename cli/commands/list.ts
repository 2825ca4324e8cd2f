import { Command } from 'commander';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { planOf } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { listed, viewKey } from '../../lib/keys/key-view.ts';
import { email } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import type { ShownKey } from '../support/key-fields.ts';
import { printAnswer, tableOf } from '../support/print.ts';

/** Keys, a line each. */
export const keyTable = (keys: readonly ShownKey[]): string =>
  tableOf(keys, {
    'key id': (key) => key.keyId,
    name: (key) => key.name,
    secret: (key) => key.hint,
    status: (key) => key.status,
    requests: (key) => key.totalRequests,
    'last used': (key) => key.lastUsedAt,
    expires: (key) => key.expiresAt,
  });

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
        const hasKey = keys.some((key) => key.revokedAt === null);
        printAnswer(json, { email: owner, hasKey, plan: planOf(account, db.plans).name, keys: shown }, () =>
          shown.length === 0 ? `${owner} has no keys` : keyTable(shown),
        );
      }),
    );
