import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { normalizeEmail } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { DUE_KEY, type KeyRecord, keyRecordKey } from '../../lib/keys/key.ts';
import { nextDue } from '../../lib/notices/schedule.ts';
import type { Database } from '../../lib/store/database.ts';
import { isUnavailable } from '../../lib/store/unavailable.ts';

const BATCH = 25;
const DAY_MS = 86_400_000;

/** A key of a user of its own, made some time ago for a year, as the tables hold it. */
function keyMade(index: number, createdAt: number): Record<string, unknown> {
  const email = normalizeEmail(`user${index}@example.com`);
  if (!email) throw new Error('the bench needs a valid email');
  const key: KeyRecord = {
    email,
    keyId: String(index).padStart(26, '0'),
    name: 'default',
    environment: 'live',
    scopes: [],
    allowedIps: [],
    rateLimits: [],
    quota: null,
    expiresAt: createdAt + 365 * DAY_MS,
    version: 1,
    slot: '0' as KeyRecord['slot'],
    disabled: false,
    secrets: [
      {
        place: 0,
        keyHash: String(index).padStart(64, '0'),
        hint: 'sk_live_AbCd…wXyZ',
        createdAt,
        expiresAt: null,
        rotateBy: null,
      },
    ],
    createdAt,
    updatedAt: createdAt,
    revokedAt: null,
    totals: null,
  };
  const dueAt = nextDue({ key, plan: PLANS.free, lastUsedAt: null }, createdAt);
  return { ...key, ...keyRecordKey(email, key.keyId), dueKind: DUE_KEY, dueAt };
}

/** Writes keys, each made when it is said. */
export async function fill(db: Database, count: number, madeAt: (index: number) => number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, count - start) }, (_, offset) => start + offset);
    const requests = indexes.map((index) => ({ PutRequest: { Item: keyMade(index, madeAt(index)) } }));
    await write(db, new BatchWriteCommand({ RequestItems: { [db.tables.userPreferences]: requests } }));
  }
}

/** An engine that sorts out its files now and then takes longer than the client's second. */
async function write({ client }: Database, command: BatchWriteCommand): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(command);
      return;
    } catch (error) {
      if (!isUnavailable(error) || attempt === 10) throw error;
    }
  }
}
