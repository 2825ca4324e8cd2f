import type { KeyRecord } from '../keys/key.ts';
import { underMaxAge } from '../keys/rotation.ts';
import type { Database } from '../store/database.ts';
import { hot, planOf } from './account.ts';
import { type ChangeContext, changeAccount } from './change.store.ts';
import { type Plan, planNamed } from './plans.ts';

/**
 * Puts an account on a plan, from its next call on: limits, quota and included credits are the new plan's, and what was used
 * of them counts. Keys beyond the new plan's number stay, and so do their lives; secrets come under the new plan's greatest age. An account that is on the plan already is not changed.
 *
 * @param plan the name of one of the deployment's plans.
 * @returns the plan that it was on.
 * @throws ChangeConflict if the account kept changing.
 */
export const changePlan = (db: Database, context: ChangeContext, plan: string): Promise<string> =>
  changeAccount(db, context, ({ account, keys }, version) => {
    const before = planOf(account, db.plans).name;
    if (before === plan) return { result: before };
    const event = { type: 'plan.changed', changes: { plan: { before, after: plan } } } as const;
    const held = keys.filter((key) => key.revokedAt === null);
    const affected = held.map((key) => withMaxAge(key, planNamed(db.plans, plan), version, context.at));
    const set: Record<string, string | number> = { [hot.plan]: plan };
    for (const { slot, version: own } of affected) if (slot !== null) set[hot.keyVersion(slot)] = own;
    return { change: { set, keys: affected, events: [event] }, result: before };
  });

/** A key under another plan. It is as it was, to its version, unless the age of its secrets is another matter now. */
function withMaxAge(key: KeyRecord, { secretMaxAgeDays }: Plan, version: number, at: number): KeyRecord {
  const secrets = underMaxAge(key.secrets, secretMaxAgeDays, at);
  const isSame = secrets.every(({ rotateBy }, index) => rotateBy === key.secrets[index]?.rotateBy);
  return isSame ? key : { ...key, secrets, version, updatedAt: at };
}
