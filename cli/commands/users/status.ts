import { Command } from 'commander';
import type { AccountStatus } from '../../../lib/accounts/account.ts';
import type { Email } from '../../../lib/accounts/email.ts';
import { changeStatus } from '../../../lib/accounts/status.store.ts';
import { reason } from '../../../lib/http/contract/accounts.ts';
import { email } from '../../support/arguments.ts';
import { changeOf } from '../../support/change.ts';
import { onService } from '../../support/connection.ts';
import { printAnswer } from '../../support/print.ts';
import { checked } from '../../support/wrong-use.ts';

const statusCommand = (name: string, status: AccountStatus, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<email>', 'whose', email)
    .requiredOption('--reason <text>', 'why: kept in the audit log, and shown to the user')
    .action(
      onService(async (service, owner: Email, given: { reason: string }) => {
        const why = checked(reason, given.reason, { '': '--reason' });
        const previousStatus = await changeStatus(service.db, await changeOf(service, owner), status, why);
        printAnswer(service.json, { email: owner, status, previousStatus }, () =>
          previousStatus === status ? `${owner} is ${status} already` : `${owner} is ${status}`,
        );
      }),
    );

/** `users suspend EMAIL`: none of its keys is accepted. */
export const suspendCommand = (): Command =>
  statusCommand('suspend', 'suspended', 'refuse all keys of an account from the next call on, until it is restored');

/** `users restore EMAIL`: ends a suspension. */
export const restoreCommand = (): Command =>
  statusCommand('restore', 'active', 'end the suspension of an account: its keys are as they were');
