import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { editedKey } from '../../lib/http/edited-key.ts';
import { rotateKey } from '../../lib/keys/edit-key.store.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { email, keyId, wholeNumber } from '../support/arguments.ts';
import { changeOf } from '../support/change.ts';
import { onService } from '../support/connection.ts';
import { printSecret, SECRET_HELP } from '../support/key-fields.ts';

/** `rotate EMAIL KEYID`: a new secret on the same key. */
export const rotateCommand = (): Command =>
  new Command('rotate')
    .description('give a key a new secret; id, limits and history stay')
    .argument('<email>', 'whose', email)
    .argument('<keyId>', 'which, as list shows it', keyId)
    .option(
      '--grace <seconds>',
      'how long the former secret works still; 0 ends it now',
      wholeNumber(0, 604_800),
      86_400,
    )
    .addHelpText('after', SECRET_HELP)
    .action(
      onService(async (service, owner: Email, id: string, { grace }: { grace: number }) => {
        const context = await changeOf(service, owner);
        const draw = (environment: 'live' | 'test') => makeSecret(environment, randomBytes);
        const { result, secret } = await rotateKey(service.db, context, { keyId: id }, draw, grace);
        const { body } = editedKey(result, id, context.at);
        printSecret(service.json, body, secret ?? '');
      }),
    );
