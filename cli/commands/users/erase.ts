import { Command } from 'commander';
import type { Email } from '../../../lib/accounts/email.ts';
import { type Erasure, erase, recordsOf } from '../../../lib/erasure/erase.store.ts';
import { TABLES } from '../../../lib/store/database.ts';
import { email } from '../../support/arguments.ts';
import { ask } from '../../support/ask.ts';
import { changeOf } from '../../support/change.ts';
import { onService } from '../../support/connection.ts';
import { printAnswer, tableOf } from '../../support/print.ts';
import { EXIT } from '../../support/run-program.ts';

const HELP = `
All that the four tables hold of the person is deleted, the store's own preferences included, and there is no way back:
keys and the hashes of their secrets, account, credits and payments, usage, events, lines of logs that could not be read.
The keys are refused before anything else happens. What others' records say of the person stays, with "erased" in place
of the address. It reads three of the tables whole.

Take away the person's sign-in first, or they can begin an account anew. Run it again a day later: usage of the last
calls may be on its way, and the second run finds it. A run that was broken off is finished by the next; one that finds
nothing says so and exits with 0. What logs, archives, backups and the payment provider keep is in docs/data.md.`;

const isNothing = ({ tables }: Erasure): boolean =>
  Object.values(tables).every(({ deleted, changed }) => deleted === 0 && changed === 0);

function summary(owner: Email, erasure: Erasure): string {
  if (isNothing(erasure)) return `nothing is stored of ${owner}`;
  const rows = Object.entries(erasure.tables).map(([table, swept]) => ({
    table: TABLES[table as keyof typeof TABLES],
    ...swept,
  }));
  const table = tableOf(rows, {
    table: (row) => row.table,
    deleted: (row) => row.deleted,
    'name taken out': (row) => row.changed,
  });
  const keys = erasure.revoked === 1 ? '1 key was' : `${erasure.revoked} keys were`;
  return `${table}\n\n${keys} revoked. Run it again a day later, for usage that was on its way.`;
}

async function confirm(owner: Email, records: number, where: string): Promise<void> {
  const typed = await ask(
    `All of ${owner} ${where} will be deleted for good: ${records} records, and all events and usage.\nType the address to go on: `,
  );
  if (typed.toLowerCase() !== owner) throw new Error('another address was typed: nothing was erased');
}

/** `users erase EMAIL`: deletes everything that is stored of a person. */
export const eraseCommand = (): Command =>
  new Command('erase')
    .description('delete everything that is stored of a person, for good')
    .argument('<email>', 'whose', email)
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(
      onService(async (service, owner: Email, { yes = false }: { yes?: boolean }) => {
        const { db, json, stage } = service;
        const where = stage === undefined ? 'on this machine' : `on stage ${stage}`;
        if (!yes) await confirm(owner, (await recordsOf(db, owner)).length, where);
        const erasure = await erase(db, await changeOf(service, owner));
        printAnswer(json, { email: owner, ...erasure }, () => summary(owner, erasure));
        if (erasure.isClean) return;
        process.exitCode = EXIT.failed;
        process.stderr.write(`something writes of ${owner} still; run it again once it has ended\n`);
      }),
    );
