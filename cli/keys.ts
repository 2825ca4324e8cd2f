import { Command } from 'commander';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { usersCommand } from './commands/users.ts';
import { connectionOptions } from './support/connection.ts';
import { runProgram } from './support/run-program.ts';

const program = connectionOptions(new Command('npm run keys --'))
  .description('Runs Sensei Keys: users, keys, credits, events, usage; on this machine, or on a deployed stage.')
  .addCommand(listCommand())
  .addCommand(exportCommand())
  .addCommand(importCommand())
  .addCommand(usersCommand());

await runProgram(program, process.argv.slice(2));
