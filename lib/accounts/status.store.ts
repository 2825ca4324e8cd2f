import type { Database } from '../store/database.ts';
import { type AccountStatus, hot, statusOf } from './account.ts';
import { type ChangeContext, changeAccount } from './change.store.ts';

/**
 * Suspends an account, or restores it: from the next call on none of its keys is accepted, and as they were afterwards. An
 * account that is so already is not changed.
 *
 * @returns the status that it had.
 * @throws ChangeConflict if the account kept changing.
 */
export const changeStatus = (
  db: Database,
  context: ChangeContext,
  status: AccountStatus,
  reason: string,
): Promise<AccountStatus> =>
  changeAccount(db, context, ({ account }) => {
    const before = statusOf(account);
    if (before === status) return { result: before };
    const type = status === 'suspended' ? 'account.suspended' : 'account.restored';
    const events = [{ type, changes: { status: { before, after: status } }, details: { reason } } as const];
    const switched = status === 'suspended' ? { set: { [hot.suspended]: 1 } } : { remove: [hot.suspended] };
    return { change: { ...switched, keys: [], events }, result: before };
  });
