import { Command } from 'commander';
import { MIGRATIONS } from '../migrations/index.ts';
import { upOrDown } from './migrate/action.ts';
import { printStatus } from './migrate/status.ts';
import { wholeNumber } from './support/arguments.ts';
import { connectionOptions, onService } from './support/connection.ts';
import { runProgram } from './support/run-program.ts';

const newest = MIGRATIONS.length;

const program = connectionOptions(new Command('npm run migrate --'))
  .description(
    'Brings user_preferences to a level: extends the rows of an existing store for API keys, or takes that back.\nIt may be stopped or killed at any time; the same command goes on. At the end every row is verified.',
  )
  .option('--dry-run', 'write nothing, and say what would be done', false)
  .option(
    '--to <n>',
    `the last migration that shall be up, ${newest} being the newest; 0 takes all back`,
    wholeNumber(0, newest),
    newest,
  )
  .option(
    '--rate <n>',
    'rows a second (default: 500 on a stage, as many as go on this machine)',
    wholeNumber(1, 100_000),
  )
  .option(
    '--segments <n>',
    'parts of the table that are worked on side by side; a run that goes on keeps its own',
    wholeNumber(1, 64),
    8,
  )
  .action(onService(upOrDown))
  .addCommand(
    new Command('status').description('say which migrations are up, and who runs them').action(onService(printStatus)),
  );

await runProgram(program, process.argv.slice(2));
