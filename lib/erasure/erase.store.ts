import { readAccountKeys } from '../accounts/account.store.ts';
import { versionOf } from '../accounts/account.ts';
import type { ChangeContext } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import { readRecords } from '../accounts/records.store.ts';
import { changeStatus } from '../accounts/status.store.ts';
import { revokeKeys } from '../keys/keys.store.ts';
import type { Database, Tables } from '../store/database.ts';
import { type Swept, sweep } from './sweep.store.ts';

/** What an erasure came to. */
export interface Erasure {
  /** Keys that were in use. */
  readonly revoked: number;
  readonly tables: Readonly<Record<keyof Tables, Swept>>;
  /** False if the last sweep found something still: it is being written, and the erasure is to be repeated. */
  readonly isClean: boolean;
}

const SWEEPS = 5;

const isNothing = ({ deleted, changed }: Swept): boolean => deleted === 0 && changed === 0;

const sum = (a: Swept, b: Swept): Swept => ({ deleted: a.deleted + b.deleted, changed: a.changed + b.changed });

/** Refuses all calls of an account from now on, so that nothing is charged or counted while its records go. */
async function refuseCalls(db: Database, context: ChangeContext): Promise<number> {
  const { account, keys } = await readAccountKeys(db, context.email);
  if (versionOf(account) === 0 && keys.length === 0) return 0;
  await changeStatus(db, context, 'suspended', 'erasure');
  return (await revokeKeys(db, context, () => true)).length;
}

/** What is stored of a person under their address in `user_preferences`: the names of its records. */
export async function recordsOf(db: Database, email: Email): Promise<string[]> {
  return (await readRecords<{ record: string }>(db, email, '')).map(({ record }) => record);
}

/**
 * Erases a person: their keys are refused first, then all that is stored of them is deleted, until a sweep finds nothing. An
 * erasure that was broken off is done by the next; one of a person of whom nothing is stored changes nothing.
 */
export async function erase(db: Database, context: ChangeContext): Promise<Erasure> {
  const { email, at } = context;
  let revoked = 0;
  let tables: Record<keyof Tables, Swept> | undefined;
  for (let round = 1; ; round++) {
    // Whoever is signed in still may have made an account anew meanwhile.
    revoked += await refuseCalls(db, context);
    const swept = await sweep(db, email, at);
    const isClean = Object.values(swept).every(isNothing);
    const before = tables;
    tables = before
      ? {
          apiUsage: sum(before.apiUsage, swept.apiUsage),
          apiEvents: sum(before.apiEvents, swept.apiEvents),
          apiKeys: sum(before.apiKeys, swept.apiKeys),
          userPreferences: sum(before.userPreferences, swept.userPreferences),
        }
      : { ...swept };
    if (isClean || round === SWEEPS) return { revoked, tables, isClean };
  }
}
