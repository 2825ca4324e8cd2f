import { Command } from 'commander';
import { type Reconciled, reconcile } from '../lib/credits/reconcile.store.ts';
import { connectionOptions, onService, type Service } from './support/connection.ts';
import { printJson } from './support/print.ts';
import { createProgress } from './support/progress.ts';
import { EXIT, runProgram } from './support/run-program.ts';

const EVERY_MS = 2_000;

async function compare({ db, json }: Service): Promise<void> {
  const progress = createProgress(process.stderr, { lines: { everyMs: EVERY_MS, now: Date.now } });
  const result = await reconcile(db, (accounts) => progress.show(undefined, `${accounts} accounts`));
  progress.end();
  if (json) printJson(result);
  else process.stdout.write(reportOf(result));
  if (result.drifted.length > 0) process.exitCode = EXIT.failed;
}

function reportOf({ accounts, ledgers, bare, drifted }: Reconciled): string {
  const lines = drifted.flatMap(({ email, drifts }) =>
    drifts.map(({ what, expected, found }) => `${email}: ${what}: expected ${expected}, found ${found}`),
  );
  const outcome = drifted.length === 0 ? 'all add up' : `${drifted.length} do not add up`;
  lines.push(`${accounts} accounts, ${ledgers} with a ledger: ${outcome}`);
  if (bare > 0) lines.push(`${bare} have neither a ledger nor purchased credits: nothing to compare`);
  return `${lines.join('\n')}\n`;
}

const program = connectionOptions(new Command('npm run reconcile --'))
  .description(
    `Compares what every account has of credits with its ledger, and names those that do not add up: then it exits with 1.

Purchased credits are compared between counters and ledger. What calls have spent of the included ones since the newest line
is in the counters alone; so of these each line is compared with the one before, and the last with the ledger's balance.`,
  )
  .action(onService(compare));

await runProgram(program, process.argv.slice(2));
