import { Command } from 'commander';
import { listCommand } from './commands/list.ts';
import { usersCommand } from './commands/users.ts';
import { connectionOptions } from './support/connection.ts';
import { runProgram } from './support/run-program.ts';

const program = connectionOptions(new Command('npm run keys --'))
  .description('Runs Sensei Keys: users, keys, credits, events, usage; on this machine, or on a deployed stage.')
  .addCommand(listCommand())
  .addCommand(usersCommand());

await runProgram(program, process.argv.slice(2));
