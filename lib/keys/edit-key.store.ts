import { type Account, hot, planOf } from '../accounts/account.ts';
import { type ChangeContext, changeAccount, type TransactItem } from '../accounts/change.store.ts';
import type { Plan } from '../accounts/plans.ts';
import type { EventType } from '../events/event.ts';
import type { Database } from '../store/database.ts';
import { hashItem } from './hash-item.store.ts';
import type { KeyRecord } from './key.ts';
import { differences, type KeyEdit } from './key-difference.ts';
import { hasEnded } from './lifetime.ts';
import { MOST_SECRETS, rotated } from './rotation.ts';
import { type Environment, type Secret, secretRecord } from './secret.ts';

/** Which key to change. */
export interface Target {
  readonly keyId: string;
  /** The version that the person has seen; absent where any will do. */
  readonly version?: number | undefined;
}

export type EditResult =
  | { readonly kind: 'edited'; readonly key: KeyRecord; readonly account: Account }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked' }
  /** Somebody changed the key since that version. */
  | { readonly kind: 'stale'; readonly version: number }
  | { readonly kind: 'too_many_secrets' }
  /** The key itself has ended: no secret of it is accepted, whatever its age. */
  | { readonly kind: 'expired'; readonly expiresAt: number };

interface Edit {
  readonly edit: KeyEdit;
  readonly also?: readonly TransactItem[];
  /** Hot attributes to move: see `Change`. */
  readonly move?: Readonly<Record<string, string>>;
}

/**
 * Changes a key: its record, the version that its account counts for, and one event, in one transaction. An edit that changes
 * nothing writes nothing.
 *
 * @throws ChangeConflict if the account kept changing, and whatever `make` throws.
 */
function editAs(
  db: Database,
  context: ChangeContext,
  { keyId, version: seen }: Target,
  type: EventType,
  make: (key: KeyRecord, plan: Plan) => Edit | EditResult,
): Promise<EditResult> {
  return changeAccount<EditResult>(db, context, ({ account, keys }, version) => {
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (!key) return { result: { kind: 'unknown' } };
    if (key.revokedAt !== null || key.slot === null) return { result: { kind: 'revoked' } };
    if (seen !== undefined && seen !== key.version) return { result: { kind: 'stale', version: key.version } };
    const made = make(key, planOf(account, db.plans));
    if ('kind' in made) return { result: made };
    const changes = differences(key, made.edit);
    if (Object.keys(changes).length === 0) return { result: { kind: 'edited', key, account } };
    const edited = { ...key, ...made.edit, version, updatedAt: context.at };
    return {
      change: {
        set: { [hot.keyVersion(key.slot)]: version },
        move: made.move ?? {},
        keys: [edited],
        also: made.also ?? [],
        events: [{ type, keyId, changes }],
      },
      result: { kind: 'edited', key: edited, account },
    };
  });
}

/** Changes what a person decides about a key. */
export const editKey = (
  db: Database,
  context: ChangeContext,
  target: Target,
  edit: (key: KeyRecord, plan: Plan) => KeyEdit,
): Promise<EditResult> => editAs(db, context, target, 'key.updated', (key, plan) => ({ edit: edit(key, plan) }));

/**
 * Gives a key a new secret; the ones before it end with the grace period, or sooner.
 *
 * @param draw makes a secret for an environment.
 * @returns beside the result the secret, which was written only if the key was edited.
 */
export async function rotateKey(
  db: Database,
  context: ChangeContext,
  target: Target,
  draw: (environment: Environment) => Secret,
  gracePeriodSeconds: number,
): Promise<{ readonly result: EditResult; readonly secret: Secret | undefined }> {
  let secret: Secret | undefined;
  const result = await editAs(db, context, target, 'key.rotated', (key, plan) => {
    if (key.expiresAt !== null && hasEnded(key.expiresAt, context.at)) {
      return { kind: 'expired', expiresAt: key.expiresAt };
    }
    secret ??= draw(key.environment);
    const next = secretRecord(secret, context.at, plan.secretMaxAgeDays);
    const secrets = rotated(key.secrets, next, context.at, gracePeriodSeconds);
    if (secrets.length > MOST_SECRETS) return { kind: 'too_many_secrets' };
    return { edit: { secrets }, also: [hashItem(db, key, next.keyHash)], move: lastUseMoved(key) };
  });
  return { result, secret };
}

/** The last use so far was the newest secret's, which is a former one from now on. */
function lastUseMoved({ slot, secrets }: KeyRecord): Record<string, string> {
  const newest = secrets.at(-1);
  return slot !== null && newest ? { [hot.lastUsed(slot)]: hot.formerUsed(slot, newest.place) } : {};
}

/** Ends the grace periods of a key: its newest secret alone is accepted from the next call on. */
export const endGrace = (db: Database, context: ChangeContext, target: Target): Promise<EditResult> =>
  editAs(db, context, target, 'key.grace_ended', ({ secrets }) => ({
    edit: { secrets: secrets.slice(-1) },
  }));
