import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { livingSecrets } from '../../lib/keys/rotation.ts';
import type { Database } from '../../lib/store/database.ts';
import { readAccounts } from '../export/read-accounts.ts';
import { rowOf, WRITERS } from '../export/row-of.ts';
import { writeWhole } from '../export/whole-file.ts';
import { FORMATS, type Format, formatOf } from '../import/columns.ts';
import { email } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';

const HELP = `
Keys that are not revoked, as rows that import takes: by the SHA-256 of their newest secret, never the secret. Not in it: former secrets
whose grace lasts, plans, usage, events, and the ledger but for what is left of purchased credits.`;

interface Options {
  readonly format?: Format;
  readonly email?: Email;
}

/** `export [FILE]`: all keys, in the format of import. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('export keys in the format of import, without secrets')
    .argument('[file]', 'where to, or - for the standard output', '-')
    .addOption(
      new Option('--format <format>', "jsonl or csv (default: by the file's name, else jsonl)").choices(FORMATS),
    )
    .option('--email <email>', 'the keys of one user', email)
    .addHelpText('after', HELP)
    .action(
      onService(async ({ db }, file: string, { format = formatOf(file), email: owner }: Options) => {
        const counts = { rows: 0, accounts: 0, former: 0, keyless: 0 };
        const lines = Readable.from(linesOf(db, format, owner, counts));
        await (file === '-' ? pipeline(lines, process.stdout, { end: false }) : writeWhole(file, lines));
        process.stderr.write(`${counts.rows} keys of ${counts.accounts} accounts\n`);
        for (const note of notesOf(counts)) process.stderr.write(`not in it: ${note}\n`);
      }),
    );

interface Counts {
  rows: number;
  accounts: number;
  /** Former secrets that a rotation has left in use. */
  former: number;
  /** Accounts with purchased credits and no key to carry them. */
  keyless: number;
}

async function* linesOf(
  db: Database,
  format: Format,
  owner: Email | undefined,
  counts: Counts,
): AsyncGenerator<string> {
  const { head, line } = WRITERS[format];
  if (head !== '') yield head;
  for await (const { keys, purchasedCredits } of readAccounts(db, owner)) {
    if (keys.length > 0) counts.accounts += 1;
    else if (purchasedCredits > 0) counts.keyless += 1;
    let credits = purchasedCredits;
    for (const key of keys) {
      const row = rowOf(key, credits);
      if (!row) continue;
      credits = 0;
      counts.rows += 1;
      counts.former += livingSecrets(key.secrets.slice(0, -1), Date.now()).length;
      yield line(row);
    }
  }
}

const notesOf = ({ former, keyless }: Counts): string[] => [
  ...(former > 0 ? [`${former} former secrets, whose grace lasts`] : []),
  ...(keyless > 0 ? [`purchased credits of ${keyless} accounts without a key`] : []),
];
