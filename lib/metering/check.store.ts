import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Account, accountKey, type HotItem } from '../accounts/account.ts';
import type { KeyOwner } from '../keys/key.store.ts';
import { type KeyRecord, keyRecordKey } from '../keys/key.ts';
import { readItems } from '../store/batch-read.store.ts';
import { inTransaction, itemOnRefusal } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { pauseForTransaction } from '../store/pause.ts';
import { BRIEF } from '../store/retry.ts';
import type { Charge } from './charge.ts';
import { chargeExpressions } from './expressions.ts';
import { bears, type Marker } from './marker.ts';

/** Finds the owner of a key hash. One read unit, also for an unknown hash. */
export async function findOwner({ client, tables }: Database, keyHash: string): Promise<KeyOwner | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.apiKeys, Key: { keyHash }, ConsistentRead: true }),
  );
  return Item as KeyOwner | undefined;
}

/** The gateway waits 10 s for a first sight. */
const FIRST_SIGHT = { ...BRIEF, attempts: 3 };

/**
 * Reads a key and its account in one call. The two reads are not one snapshot: the key may be older than the account,
 * which the key's version in the account tells (`isCurrent`).
 *
 * @throws StoreUnavailable if DynamoDB leaves one of the two unread three times: it does where it is throttled.
 */
export async function readKeyAndAccount(
  db: Database,
  { email, keyId }: KeyOwner,
): Promise<{ key: KeyRecord | undefined; account: Account }> {
  const [ofAccount, ofKey] = [accountKey(email), keyRecordKey(email, keyId)];
  const items = await readItems(db, db.tables.userPreferences, [ofAccount, ofKey], FIRST_SIGHT);
  const find = ({ record }: { record: string }) => items.find((item) => item.record === record);
  return {
    key: find(ofKey) as KeyRecord | undefined,
    account: { email, item: (find(ofAccount) ?? {}) as HotItem },
  };
}

/** What came of a charge. */
export interface ChargeResult {
  /** Refused where the account is not as it was judged; found where an earlier attempt, not answered, had been written. */
  readonly outcome: 'written' | 'found' | 'refused';
  /** How the account is now; absent where a transaction on it was under way. */
  readonly account?: Account;
}

/**
 * Writes all charges of a call, or none: one conditional update, one write unit, no read. A repeat of a write whose
 * answer was lost finds its own marker, and charges nothing more.
 *
 * @throws the client's error if DynamoDB does not answer: the charge may then have been written.
 */
export async function charge(
  { client, tables }: Database,
  account: Account,
  charges: readonly Charge[],
  marker: Marker,
): Promise<ChargeResult> {
  const { email } = account;
  try {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: tables.userPreferences,
        Key: accountKey(email),
        ...chargeExpressions(account, charges, marker),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { outcome: 'written', account: { email, item: (Attributes ?? {}) as HotItem } };
  } catch (error) {
    if (inTransaction(error)) {
      await pauseForTransaction();
      return { outcome: 'refused' };
    }
    const item = itemOnRefusal(error);
    if (item === null) throw error;
    const found: Account = { email, item: (item ?? {}) as HotItem };
    return { outcome: bears(found, marker) ? 'found' : 'refused', account: found };
  }
}
