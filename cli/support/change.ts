import type { ChangeContext } from '../../lib/accounts/change.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import type { Service } from './connection.ts';

/** A change of an account by whoever runs the command, now. */
export const changeOf = async (service: Service, email: Email): Promise<ChangeContext> => ({
  email,
  actor: await service.actor(),
  at: Date.now(),
});
