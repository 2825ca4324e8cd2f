import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Email, normalizeEmail } from '../../lib/accounts/email.ts';
import type { Row } from '../migration.ts';

/** The attribute that a row is extended with. */
export const MARKER = 'apiKeys';

/** Whether the account of a row was made for it, or was there already. */
export type Origin = 'made' | 'found';

/** What a row is extended with: `{ "account": "made", "migration": 1 }`. */
export const markerOf = (origin: Origin): AttributeValue => ({
  M: { account: { S: origin }, migration: { N: '1' } },
});

/** What a row says of its extension; `foreign` is an attribute of this name that is not ours. */
export function markingOf(row: Row): Origin | 'none' | 'foreign' {
  const marker = row[MARKER];
  if (!marker) return 'none';
  const { account, migration, ...others } = marker.M ?? {};
  const isOurs = migration?.N === '1' && Object.keys(others).length === 0;
  if (isOurs && (account?.S === 'made' || account?.S === 'found')) return account.S;
  return 'foreign';
}

/** Whose row it is. */
export interface Owner {
  /** The address of the row, to the letter. */
  readonly address: string;
  /** Where the account belongs, if the address is one at all. */
  readonly email: Email | undefined;
}

export function ownerOf(row: Row): Owner {
  const address = row.email?.S ?? '';
  return { address, email: normalizeEmail(address) };
}
