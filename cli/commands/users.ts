import { Command } from 'commander';
import { eraseCommand } from './users/erase.ts';
import { listUsersCommand } from './users/list.ts';
import { planCommand } from './users/plan.ts';
import { showUserCommand } from './users/show.ts';
import { restoreCommand, suspendCommand } from './users/status.ts';

/** `users …`: accounts. */
export const usersCommand = (): Command =>
  new Command('users')
    .description('find, show, change and erase accounts')
    .addCommand(listUsersCommand(), { isDefault: true })
    .addCommand(showUserCommand())
    .addCommand(planCommand())
    .addCommand(suspendCommand())
    .addCommand(restoreCommand())
    .addCommand(eraseCommand());
