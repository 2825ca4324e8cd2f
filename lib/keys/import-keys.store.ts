import { type AccountKeys, readAccountKeys } from '../accounts/account.store.ts';
import { hot, keyVersionAt, planOf, retiredSlots, SLOTS, type Slot } from '../accounts/account.ts';
import { type Change, type ChangeContext, changeAccount, type Decision } from '../accounts/change.store.ts';
import type { Plan } from '../accounts/plans.ts';
import { movePurchased } from '../credits/credits.store.ts';
import type { Database } from '../store/database.ts';
import { hashItem } from './hash-item.store.ts';
import { findOwners } from './hash-owners.store.ts';
import type { KeyPolicy, KeyRecord, KeySecret } from './key.ts';
import { fieldsBeyond } from './key-policy.ts';
import { keyCreated } from './keys.store.ts';
import { underMaxAge } from './rotation.ts';

/** A key that was made elsewhere. Its hash tells it from others. */
export interface ImportedKey {
  /** What it is called if it is made. */
  readonly keyId: string;
  readonly keyHash: string;
  readonly hint: string;
  readonly policy: KeyPolicy;
  readonly disabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Purchased credits that its account is granted with it. */
  readonly credits: number;
}

/** What came of a key. */
export type ImportOutcome =
  | {
      readonly kind: 'made';
      readonly keyId: string;
      /** What of the key its plan would not allow its owner: `keys` is their number. */
      readonly beyondPlan: readonly string[];
    }
  /** It was imported before, and nothing was written. */
  | { readonly kind: 'there'; readonly keyId: string }
  | { readonly kind: 'rejected'; readonly why: 'other_account' | 'no_room' };

/** Outcomes by key hash. */
export type ImportOutcomes = Map<string, ImportOutcome>;

/** With hash, event and ledger, and all slots that revoked keys leave then, within the 100 actions of a transaction. */
const AT_ONCE = 10;

/** Why credits were granted, as the ledger has it. */
const REASON = 'imported';

/**
 * Makes keys of an account that were made elsewhere, beyond what its plan allows if need be. At most ten of them are written at
 * once, each with its hash, its slot, its event and its credits in one transaction; a key whose hash is there already is not written.
 *
 * @param wanted no two of one hash.
 * @param lookFirst looks up the hashes first; else nobody is known to have them, and they are looked up after a lost race.
 * @throws ChangeConflict if the account kept changing; what was written until then is there at the next call.
 */
export async function importKeys(
  db: Database,
  context: ChangeContext,
  wanted: readonly ImportedKey[],
  lookFirst = false,
): Promise<ImportOutcomes> {
  const outcomes: ImportOutcomes = new Map();
  let mustLook = lookFirst;
  for (;;) {
    const made = await changeAccount<ImportOutcomes>(db, context, async (state, version) => {
      if (mustLook) await settleOwned(db, context, wanted, outcomes);
      mustLook = true;
      const open = wanted.filter(({ keyHash }) => !outcomes.has(keyHash));
      return decide(db, context, state, version, open);
    });
    for (const [keyHash, outcome] of made) outcomes.set(keyHash, outcome);
    if (outcomes.size === wanted.length) return outcomes;
    mustLook = false;
  }
}

/** Keys that are there: this account's, or another's. */
async function settleOwned(
  db: Database,
  { email }: ChangeContext,
  wanted: readonly ImportedKey[],
  outcomes: ImportOutcomes,
): Promise<void> {
  const open = wanted.filter(({ keyHash }) => !outcomes.has(keyHash));
  const owners = await findOwners(
    db,
    open.map(({ keyHash }) => keyHash),
  );
  for (const { keyHash, keyId } of open) {
    const owner = owners.get(keyHash);
    if (!owner) continue;
    // Written by an attempt whose answer was lost.
    if (owner.keyId === keyId) outcomes.set(keyHash, { kind: 'made', keyId, beyondPlan: [] });
    else outcomes.set(keyHash, outcomeOfOwned(owner, email));
  }
}

/** What is said of a key whose hash is there. */
export const outcomeOfOwned = (owner: { readonly email: string; readonly keyId: string }, email: string) =>
  owner.email === email
    ? ({ kind: 'there', keyId: owner.keyId } as const)
    : ({ kind: 'rejected', why: 'other_account' } as const);

async function decide(
  db: Database,
  context: ChangeContext,
  state: AccountKeys,
  version: number,
  open: readonly ImportedKey[],
): Promise<Decision<ImportOutcomes>> {
  const { account } = state;
  const retired = retiredSlots(account);
  const free = SLOTS.filter((slot) => keyVersionAt(account, slot) === undefined && !retired.includes(slot));
  const taken = open.slice(0, Math.min(AT_ONCE, free.length));
  if (taken.length === 0) {
    // Any change clears the slots of revoked keys, for the round after it.
    if (open.length > 0 && retired.length > 0) return { change: { keys: [], events: [] }, result: new Map() };
    return { result: new Map(open.map(({ keyHash }) => [keyHash, { kind: 'rejected', why: 'no_room' }])) };
  }
  const plan = planOf(account, db.plans);
  const keys = taken.map((one, index) => keyOf(context, one, plan, free[index] as Slot, version));
  const slots = keys.flatMap(({ slot }) => (slot === null ? [] : [slot]));
  const granted = await grant(db, context, state, taken);
  return {
    change: {
      set: Object.fromEntries(
        slots.flatMap((slot) => [
          [hot.keyVersion(slot), version],
          [hot.requests(slot), 0],
        ]),
      ),
      add: granted.add ?? {},
      keys,
      also: [
        ...keys.flatMap((key) => key.secrets.map(({ keyHash }) => hashItem(db, key, keyHash))),
        ...(granted.also ?? []),
      ],
      events: [...keys.map((key) => ({ ...keyCreated(key), details: { imported: true } })), ...granted.events],
    },
    result: madeOutcomes(state, plan, taken, context.at),
  };
}

/** The credits of keys that are written together are one line of the ledger. */
async function grant(
  db: Database,
  context: ChangeContext,
  state: AccountKeys,
  taken: readonly ImportedKey[],
): Promise<Pick<Change, 'add' | 'also' | 'events'>> {
  const amount = taken.reduce((sum, { credits }) => sum + credits, 0);
  if (amount === 0) return { events: [] };
  const move = { kind: 'grant', amount, actor: context.actor.email, reason: REASON } as const;
  const { add, also, entry, changes } = await movePurchased(db, context, state, move);
  const details = { amount, reason: REASON, entryId: entry.entryId };
  return { add, also, events: [{ type: 'credits.granted', changes, details }] };
}

function keyOf(
  { email, at }: ChangeContext,
  { keyId, keyHash, hint, policy, disabled, createdAt }: ImportedKey,
  plan: Plan,
  slot: Slot,
  version: number,
): KeyRecord {
  const secret: KeySecret = { place: 0, keyHash, hint, createdAt, expiresAt: null, rotateBy: null };
  return {
    email,
    keyId,
    ...policy,
    version,
    slot,
    disabled,
    // A secret that is older than the plan allows is left time to be rotated.
    secrets: underMaxAge([secret], plan.secretMaxAgeDays, at),
    createdAt,
    updatedAt: at,
    revokedAt: null,
    totals: null,
  };
}

function madeOutcomes(
  { keys }: AccountKeys,
  plan: Plan,
  made: readonly ImportedKey[],
  at: number,
  before = 0,
): ImportOutcomes {
  const held = keys.filter(({ revokedAt }) => revokedAt === null).length + before;
  return new Map(
    made.map(({ keyId, keyHash, policy }, index) => {
      const isOver = held + index + 1 > plan.keys;
      const beyondPlan = [...(isOver ? ['keys'] : []), ...fieldsBeyond(plan, policy, at)];
      return [keyHash, { kind: 'made', keyId, beyondPlan }];
    }),
  );
}

/**
 * Tells what would come of keys whose hashes are unknown, and writes nothing.
 *
 * @param before how many keys the account would have by then that it has not.
 */
export async function previewImport(
  db: Database,
  { email, at }: ChangeContext,
  wanted: readonly ImportedKey[],
  before: number,
): Promise<ImportOutcomes> {
  const state = await readAccountKeys(db, email);
  const room = SLOTS.filter((slot) => keyVersionAt(state.account, slot) === undefined).length - before;
  const fitting = wanted.slice(0, Math.max(0, room));
  const outcomes = madeOutcomes(state, planOf(state.account, db.plans), fitting, at, before);
  for (const { keyHash } of wanted.slice(fitting.length)) outcomes.set(keyHash, { kind: 'rejected', why: 'no_room' });
  return outcomes;
}
