import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { accountKey, hot } from '../../lib/accounts/account.ts';
import { normalizeEmail } from '../../lib/accounts/email.ts';
import type { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord, RateLimit } from '../../lib/keys/key.ts';
import { createKey } from '../../lib/keys/keys.store.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import type { Database } from '../../lib/store/database.ts';

/** A user with one key, made for one run. */
export interface Holder {
  readonly key: KeyRecord;
  readonly secret: Secret;
}

export interface HolderOptions {
  /** @default - the plan of whoever never chose one */
  readonly plan?: keyof typeof PLANS;
  /** Limits of the key's own. @default - none */
  readonly rateLimits?: readonly RateLimit[];
  /** When the key is made, in milliseconds since the epoch. @default - now */
  readonly at?: number;
}

let users = 0;

/** Makes a new user with one key. */
export async function newHolder(
  db: Database,
  { plan, rateLimits = [], at = Date.now() }: HolderOptions = {},
): Promise<Holder> {
  const email = normalizeEmail(`user${++users}@example.com`);
  if (!email) throw new Error('the bench needs a valid email');
  if (plan) {
    const Item = { ...accountKey(email), [hot.plan]: plan };
    await db.client.send(new PutCommand({ TableName: db.tables.userPreferences, Item }));
  }
  const secret = makeSecret('live', randomBytes);
  const policy = { name: 'bench', environment: 'live', scopes: [], allowedIps: [], rateLimits, quota: null } as const;
  const made = await createKey(
    db,
    { email, actor: { email, ip: '192.0.2.1', userAgent: 'bench', requestId: 'bench' }, at },
    { keyId: ulid(at), secret, policy: () => ({ ...policy, expiresAt: null }) },
  );
  if (made.kind !== 'created') throw new Error(`the bench could not make a key: ${made.kind}`);
  return { key: made.key, secret };
}
