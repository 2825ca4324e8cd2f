import { Command } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { editedKey } from '../../lib/http/edited-key.ts';
import { editKey } from '../../lib/keys/edit-key.store.ts';
import { email, keyId } from '../support/arguments.ts';
import { changeOf } from '../support/change.ts';
import { onService } from '../support/connection.ts';
import { keyFields } from '../support/key-fields.ts';
import { printAnswer } from '../support/print.ts';

const switchCommand = (name: string, disabled: boolean, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<email>', 'whose', email)
    .argument('<keyId>', 'which, as list shows it', keyId)
    .action(
      onService(async (service, owner: Email, id: string) => {
        const context = await changeOf(service, owner);
        const result = await editKey(service.db, context, { keyId: id }, () => ({ disabled }));
        const { body } = editedKey(result, id, context.at);
        printAnswer(service.json, body, () => keyFields(body));
      }),
    );

/** `disable EMAIL KEYID`: refused from the next call on, until it is enabled. */
export const disableCommand = (): Command =>
  switchCommand('disable', true, 'refuse a key from the next call on, until it is enabled');

/** `enable EMAIL KEYID`: ends a disabling. */
export const enableCommand = (): Command =>
  switchCommand('enable', false, 'end the disabling of a key; it revives no expired or revoked one');
