import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { accountKey, hot } from '../../lib/accounts/account.ts';
import { type ChangeContext, changeAccount } from '../../lib/accounts/change.store.ts';
import type { Email } from '../../lib/accounts/email.ts';
import type { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { policyWithin } from '../../lib/keys/key-policy.ts';
import { totalsOf } from '../../lib/keys/key-view.ts';
import { createKey, revokeKeys } from '../../lib/keys/keys.store.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import type { Database } from '../../lib/store/database.ts';
import { DEFAULT_POLICY, emailOf, NOW } from './records.ts';
import type { Store } from './store.ts';

let users = 0;

/** A user of whom the tables know nothing yet. */
export const newUser = (): Email => emailOf(`user${++users}@example.com`);

export const contextOf = (email: Email, at = NOW): ChangeContext => ({
  email,
  at,
  actor: { email, ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' },
});

interface Wanted {
  readonly at?: number;
  readonly secret?: Secret;
  readonly idempotencyKey?: string;
}

/** What `createKey` answers for a key with a default policy. */
export function askForKey(db: Database, email: Email, { at = NOW, idempotencyKey, ...wanted }: Wanted = {}) {
  return createKey(db, contextOf(email, at), {
    keyId: ulid(at),
    secret: wanted.secret ?? makeSecret('live', randomBytes),
    policy: (plan) => policyWithin(plan, DEFAULT_POLICY, at),
    idempotencyKey,
  });
}

/** A key that was made, with its secret. */
export async function madeKey(
  db: Database,
  email: Email,
  wanted: Wanted = {},
): Promise<{ key: KeyRecord; secret: Secret }> {
  const secret = wanted.secret ?? makeSecret('live', randomBytes);
  const result = await askForKey(db, email, { ...wanted, secret });
  if (result.kind !== 'created') throw new Error(`expected a key to be made, was answered ${result.kind}`);
  return { key: result.key, secret };
}

/** Changes fields of a key, as a person would. */
export const changeKey = (db: Database, { email, keyId }: KeyRecord, fields: Partial<KeyRecord>): Promise<void> =>
  changeAccount(db, contextOf(email), ({ keys }, version) => {
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (!key?.slot) throw new Error(`the account has no key ${keyId} in a slot`);
    const set = { [hot.keyVersion(key.slot)]: version };
    return { change: { set, keys: [{ ...key, ...fields, version }], events: [] }, result: undefined };
  });

export const revoke = (db: Database, { email, keyId }: KeyRecord): Promise<string[]> =>
  revokeKeys(db, contextOf(email), (key) => key.keyId === keyId);

/** Puts a new user on a plan. */
export async function startOnPlan({ client, tables }: Database, email: Email, plan: keyof typeof PLANS): Promise<void> {
  const Item = { ...accountKey(email), [hot.plan]: plan };
  await client.send(new PutCommand({ TableName: tables.userPreferences, Item }));
}

/** What a key has used, as its owner sees it. */
export async function totals(db: Database, { email, keyId }: KeyRecord) {
  const { account, keys } = await readAccountKeys(db, email);
  const key = keys.find((candidate) => candidate.keyId === keyId);
  return key && totalsOf(key, account);
}

/** The audit events of a user, oldest first. */
export async function eventsOf(store: Store, email: Email): Promise<Record<string, unknown>[]> {
  const items = Object.entries(await store.dump()).sort(([a], [b]) => (a < b ? -1 : 1));
  return items
    .filter(([name]) => name.startsWith(`${email} event#`) && !name.includes('event#note#'))
    .map(([, item]) => item);
}
