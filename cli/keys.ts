import { Command } from 'commander';
import { createCommand } from './commands/create.ts';
import { creditsCommand } from './commands/credits.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { revokeCommand } from './commands/revoke.ts';
import { rotateCommand } from './commands/rotate.ts';
import { showCommand } from './commands/show.ts';
import { disableCommand, enableCommand } from './commands/switch.ts';
import { usageCommand } from './commands/usage.ts';
import { usersCommand } from './commands/users.ts';
import { verifyCommand } from './commands/verify.ts';
import { connectionOptions } from './support/connection.ts';
import { runProgram } from './support/run-program.ts';

/** The operator's command line. */
export const keysProgram = (): Command =>
  connectionOptions(new Command('npm run keys --'))
    .description('Runs Sensei Keys: users, keys, credits, events, usage; on this machine, or on a deployed stage.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(createCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addCommand(disableCommand())
    .addCommand(enableCommand())
    .addCommand(usersCommand())
    .addCommand(creditsCommand())
    .addCommand(eventsCommand())
    .addCommand(usageCommand())
    .addCommand(verifyCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(doctorCommand());

if (import.meta.main) await runProgram(keysProgram(), process.argv.slice(2));
