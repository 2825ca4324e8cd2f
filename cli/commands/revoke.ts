import { Command } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { readKey } from '../../lib/keys/key.store.ts';
import { revokeKeys } from '../../lib/keys/keys.store.ts';
import { email, keyId } from '../support/arguments.ts';
import { changeOf } from '../support/change.ts';
import { onService } from '../support/connection.ts';
import { printAnswer } from '../support/print.ts';
import { WrongUse } from '../support/wrong-use.ts';

/** `revoke EMAIL KEYID` or `revoke EMAIL --all`: for good, from the next call on. */
export const revokeCommand = (): Command =>
  new Command('revoke')
    .description('revoke a key, or all keys of a user, for good and from the next call on')
    .argument('<email>', 'whose', email)
    .argument('[keyId]', 'which, as list shows it', keyId)
    .option('--all', 'all keys of the user')
    .action(
      onService(async (service, owner: Email, id: string | undefined, { all = false }: { all?: boolean }) => {
        if (all === (id !== undefined)) throw new WrongUse('revoke takes a key id, or --all: give one of them');
        const revoked = await revokeKeys(service.db, await changeOf(service, owner), (key) => all || key.keyId === id);
        if (id !== undefined && revoked.length === 0 && !(await readKey(service.db, { email: owner, keyId: id }))) {
          throw new Error(`${owner} has no key ${id}`);
        }
        printAnswer(service.json, { email: owner, revoked }, () =>
          revoked.length > 0 ? `revoked ${revoked.join(', ')}` : 'nothing was left to revoke',
        );
      }),
    );
