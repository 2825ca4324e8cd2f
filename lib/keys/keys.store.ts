import type { AccountKeys } from '../accounts/account.store.ts';
import { type Account, freeSlot, hot, planOf, type Slot } from '../accounts/account.ts';
import { type ChangeContext, changeAccount, type Decision } from '../accounts/change.store.ts';
import { idempotentId, useIdempotencyKey } from '../accounts/idempotency.store.ts';
import type { Plan } from '../accounts/plans.ts';
import type { AuditEvent } from '../events/event.ts';
import type { Database } from '../store/database.ts';
import { hashItem } from './hash-item.store.ts';
import type { KeyPolicy, KeyRecord } from './key.ts';
import { type Secret, secretRecord } from './secret.ts';

/** A key to be made. */
export interface NewKey {
  readonly keyId: string;
  readonly secret: Secret;
  /** Makes the key's policy from the plan of its account. */
  readonly policy: (plan: Plan) => KeyPolicy;
  /** A repeat with the same one within 24 hours makes no second key. */
  readonly idempotencyKey?: string | undefined;
}

export type CreateKeyResult =
  | { readonly kind: 'created'; readonly key: KeyRecord; readonly account: Account }
  | { readonly kind: 'key_limit_reached'; readonly plan: Plan }
  /** The idempotency key was used before, for this key. */
  | { readonly kind: 'repeated'; readonly keyId: string };

/** With an event for each key, well under the 100 actions of a transaction. */
const REVOKED_AT_ONCE = 40;

/**
 * Makes a key: its record, the hash of its secret, its slot in the account, and the event, in one transaction.
 *
 * @throws ChangeConflict if the account kept changing.
 */
export async function createKey(db: Database, context: ChangeContext, wanted: NewKey): Promise<CreateKeyResult> {
  const { idempotencyKey } = wanted;
  return changeAccount<CreateKeyResult>(db, context, async ({ account, keys }, version) => {
    const keyId = idempotencyKey && (await idempotentId(db, context, idempotencyKey));
    if (keyId) return { result: { kind: 'repeated', keyId } };

    const plan = planOf(account, db.plans);
    const slot = freeSlot(account);
    const held = keys.filter((key) => key.revokedAt === null).length;
    if (held >= plan.keys || !slot) return { result: { kind: 'key_limit_reached', plan } };

    const key = newKey(context, wanted, plan, slot, version);
    const also = key.secrets.map(({ keyHash }) => hashItem(db, key, keyHash));
    if (idempotencyKey) also.push(useIdempotencyKey(db, context, idempotencyKey, key.keyId));
    const set = { [hot.keyVersion(slot)]: version, [hot.requests(slot)]: 0 };
    return { change: { set, keys: [key], also, events: [keyCreated(key)] }, result: { kind: 'created', key, account } };
  });
}

function newKey(
  { email, at }: ChangeContext,
  { keyId, secret, policy }: NewKey,
  plan: Plan,
  slot: Slot,
  version: number,
): KeyRecord {
  return {
    email,
    keyId,
    ...policy(plan),
    version,
    slot,
    disabled: false,
    secrets: [secretRecord(secret, at, plan.secretMaxAgeDays)],
    createdAt: at,
    updatedAt: at,
    revokedAt: null,
    totals: null,
  };
}

/** The event that tells of a new key: every field of its policy. */
export function keyCreated({ keyId, ...key }: KeyRecord): AuditEvent {
  const { name, environment, scopes, allowedIps, rateLimits, quota, dailyCredits, expiresAt } = key;
  const cap = typeof dailyCredits === 'number' && { dailyCredits };
  const policy: KeyPolicy = { name, environment, scopes, allowedIps, rateLimits, quota, ...cap, expiresAt };
  const changes = Object.entries(policy).map(([field, after]) => [field, { before: null, after }]);
  return { type: 'key.created', keyId, changes: Object.fromEntries(changes) };
}

/**
 * Revokes keys for good: from the next call on, in every container, none of their secrets is accepted.
 *
 * @param select chooses among the keys that are not revoked yet.
 * @returns the ids of the keys revoked by this call, oldest first.
 * @throws ChangeConflict if the account kept changing.
 */
export async function revokeKeys(
  db: Database,
  context: ChangeContext,
  select: (key: KeyRecord) => boolean,
): Promise<string[]> {
  const revoked: string[] = [];
  for (;;) {
    const batch = await changeAccount(db, context, (state, version) => revocation(state, version, context.at, select));
    revoked.push(...batch);
    if (batch.length < REVOKED_AT_ONCE) return revoked;
  }
}

function revocation(
  { keys }: AccountKeys,
  version: number,
  at: number,
  select: (key: KeyRecord) => boolean,
): Decision<string[]> {
  const chosen = keys.filter((key) => key.revokedAt === null && select(key)).slice(0, REVOKED_AT_ONCE);
  if (chosen.length === 0) return { result: [] };
  return {
    change: {
      remove: chosen.flatMap(({ slot }) => (slot === null ? [] : [hot.keyVersion(slot)])),
      keys: chosen.map((key) => ({ ...key, version, updatedAt: at, revokedAt: at })),
      events: chosen.map(({ keyId }) => ({
        type: 'key.revoked',
        keyId,
        changes: { revokedAt: { before: null, after: at } },
      })),
    },
    result: chosen.map(({ keyId }) => keyId),
  };
}
