import type { Counts, Note } from '../../migrations/migration.ts';
import type { NoteSummary } from '../../migrations/runner/note-summary.ts';
import type { PassName } from '../../migrations/runner/passes.ts';
import type { StepResult } from '../../migrations/runner/run.ts';
import { printFields } from '../support/print.ts';

/** What a pass does, as people read it. */
export const PASSES: Readonly<Record<PassName, string>> = {
  up: 'extending',
  verifyUp: 'verifying',
  down: 'taking back',
  verifyDown: 'verifying',
};

const STATUS: Readonly<Record<StepResult['status'], Readonly<Record<StepResult['direction'], string>>>> = {
  done: { up: 'up, verified', down: 'taken back, verified' },
  failed: { up: 'NOT VERIFIED', down: 'NOT VERIFIED' },
  stopped: { up: 'stopped on the way up', down: 'stopped on the way down' },
  foretold: { up: 'would do', down: 'would take back' },
};

const COUNTS: Readonly<Record<string, string>> = {
  rows: 'rows',
  made: 'extended, account made',
  found: 'extended, account found',
  already: 'extended before',
  gone: 'deleted meanwhile',
  rowsRestored: 'rows restored',
  accountsRemoved: 'accounts removed',
  accountsKept: 'accounts kept, as they are in use',
  notExtended: 'NOT EXTENDED',
  withoutAccount: 'WITHOUT ACCOUNT',
};

const KINDS: Readonly<Record<string, string>> = {
  accountElsewhere: 'have their account at the address as the service writes it',
  notAnAddress: 'left as they are: not an email address',
  foreignAttribute: 'left as they are: "apiKeys" is an attribute of their own',
  notTaken: 'left as they are: DynamoDB does not take them',
};

const named = (counts: Counts): Record<string, string> =>
  Object.fromEntries(
    Object.entries(COUNTS).flatMap(([name, text]) =>
      counts[name] === undefined ? [] : [[`  ${text}`, counts[name].toLocaleString('en')]],
    ),
  );

/** Prints what became of one migration, for people. */
export function printStep({ migration, direction, status, counts, verified, notes }: StepResult): void {
  process.stdout.write(`${migration}: ${STATUS[status][direction]}\n`);
  // After the way down nothing of it is to be found, so that what was done tells more.
  const shown = named(direction === 'down' || !verified ? counts : verified);
  if (Object.keys(shown).length > 0) printFields(false, shown);
  notes.forEach(printNotes);
}

function printNotes({ kind, count, shared, examples }: NoteSummary): void {
  const sharing = shared > 0 ? `; ${shared.toLocaleString('en')} share it with another row` : '';
  process.stdout.write(`  ${count.toLocaleString('en')} ${KINDS[kind] ?? kind}${sharing}\n`);
  for (const note of examples) process.stdout.write(`    ${noteText(note)}\n`);
  if (count > examples.length) process.stdout.write('    …\n');
}

/** Addresses are quoted: what is wrong with one may be a space, or what a terminal would obey. */
const noteText = ({ address, account, isShared, reason }: Note): string =>
  [JSON.stringify(address), account && `→ ${account}`, isShared && '(shared)', reason && `(${reason})`]
    .filter(Boolean)
    .join(' ');
