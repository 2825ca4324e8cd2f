import { Command } from 'commander';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { viewKey } from '../../lib/keys/key-view.ts';
import { email, keyId } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { keyFields } from '../support/key-fields.ts';
import { printAnswer } from '../support/print.ts';

/** `show EMAIL KEYID`: one key. */
export const showCommand = (): Command =>
  new Command('show')
    .description('show a key: all but its secrets, of which nothing but hints is kept')
    .argument('<email>', 'whose', email)
    .argument('<keyId>', 'which, as list shows it', keyId)
    .action(
      onService(async ({ db, json }, owner: Email, id: string) => {
        const { account, keys } = await readAccountKeys(db, owner);
        const key = keys.find((candidate) => candidate.keyId === id);
        if (!key) throw new Error(`${owner} has no key ${id}`);
        const shown = viewKey(key, account, Date.now());
        printAnswer(json, shown, () => keyFields(shown));
      }),
    );
