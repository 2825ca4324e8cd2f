import { Command } from 'commander';
import type { Email } from '../../../lib/accounts/email.ts';
import { moveCredits, readEntry } from '../../../lib/credits/credits.store.ts';
import { viewEntry } from '../../../lib/credits/entry-view.ts';
import { grantCredits } from '../../../lib/http/contract/accounts.ts';
import { idempotencyKey } from '../../../lib/http/contract/common.schema.ts';
import { email } from '../../support/arguments.ts';
import { changeOf } from '../../support/change.ts';
import { onService } from '../../support/connection.ts';
import { fieldsOf, printAnswer } from '../../support/print.ts';
import { checked } from '../../support/wrong-use.ts';

interface Options {
  readonly reason: string;
  readonly idempotencyKey?: string;
}

/** `credits grant EMAIL AMOUNT`: gives credits, or takes them back. */
export const grantCommand = (): Command =>
  new Command('grant')
    .description('give an account credits that are kept until spent; a negative amount takes back')
    .argument('<email>', 'whose', email)
    .argument('<amount>', 'how many, such as 500 or -500')
    .requiredOption('--reason <text>', 'why: kept in ledger and audit log, and shown to the user')
    .option('--idempotency-key <text>', 'a repeat with the same one within 24 hours moves nothing')
    .action(
      onService(async (service, owner: Email, amount: string, options: Options) => {
        const given = { amount: amount.trim() === '' ? amount : Number(amount), reason: options.reason };
        const grant = checked(grantCredits.body, given, { amount: 'amount', reason: '--reason' });
        const repeat = checked(idempotencyKey, options.idempotencyKey, { '': '--idempotency-key' });
        const result = await moveCredits(service.db, await changeOf(service, owner), {
          ...grant,
          idempotencyKey: repeat,
        });
        if (result.kind === 'insufficient') {
          throw new Error(`${owner} has ${result.purchased} purchased credits; ${-grant.amount} cannot be taken back`);
        }
        const entry = result.kind === 'moved' ? result.entry : await readEntry(service.db, owner, result.entryId);
        if (!entry) throw new Error(`entry ${result.kind === 'repeated' ? result.entryId : ''} is not in the ledger`);
        const shown = viewEntry(entry);
        printAnswer(service.json, shown, () =>
          fieldsOf({
            entry: shown.entryId,
            moved: result.kind === 'moved' ? shown.amount : `${shown.amount}, by the request before`,
            balance: shown.balance.total,
          }),
        );
      }),
    );
