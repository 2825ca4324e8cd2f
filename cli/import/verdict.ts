import { ulid } from 'ulid';
import type { ImportedKey, ImportOutcome } from '../../lib/keys/import-keys.store.ts';
import type { FoundRow } from './read-rows.ts';
import { REASONS, reasonOf } from './reasons.ts';
import { type Row, readRow } from './row.schema.ts';

/** What came of a row, as `--results` has it. */
export interface Result {
  readonly row: number;
  /** Null where it could not be read. */
  readonly email: string | null;
  readonly outcome: 'made' | 'there' | 'rejected';
  readonly keyId?: string;
  /** Of a key that was made: what of it the plan would not allow its owner. */
  readonly beyondPlan?: readonly string[];
  readonly reason?: string;
}

/** A row that may be imported, and the key that it becomes. */
export interface Candidate {
  readonly row: number;
  readonly email: Row['email'];
  readonly kind: Row['kind'];
  readonly key: ImportedKey;
}

export const rejected = (row: number, email: string | null, reason: string): Result => ({
  row,
  email,
  outcome: 'rejected',
  reason,
});

/** What came of a candidate. */
export function resultOf({ row, email }: Pick<Candidate, 'row' | 'email'>, outcome: ImportOutcome): Result {
  if (outcome.kind === 'rejected') return rejected(row, email, REASONS[outcome.why]);
  const { kind, keyId } = outcome;
  const beyondPlan = kind === 'made' && outcome.beyondPlan.length > 0 && { beyondPlan: outcome.beyondPlan };
  return { row, email, outcome: kind, keyId, ...beyondPlan };
}

/**
 * Reads a row as it was found.
 *
 * @param now milliseconds since the epoch.
 * @param refuses says why a readable row is not taken, if it is not.
 */
export function candidateOf(
  found: FoundRow,
  now: number,
  refuses: (row: Row) => string | undefined,
): Candidate | Result {
  if ('problem' in found) return rejected(found.row, null, found.problem);
  const read = readRow(found.fields, now);
  if ('wrongs' in read) return rejected(found.row, read.email ?? null, reasonOf(read.wrongs));
  const { row } = read;
  const reason = refuses(row);
  if (reason !== undefined) return rejected(found.row, row.email, reason);
  return { row: found.row, email: row.email, kind: row.kind, key: keyOf(row, now) };
}

/** Ids of keys sort by their age. */
function keyOf({ keyHash, hint, status, credits, createdAt = Number.NaN, ...policy }: Row, now: number): ImportedKey {
  const { name, environment, scopes, allowedIps, rateLimits, quota, dailyCredits, expiresAt } = policy;
  const at = Number.isNaN(createdAt) ? now : createdAt;
  return {
    keyId: ulid(at),
    keyHash,
    hint,
    policy: { name, environment, scopes, allowedIps, rateLimits, quota, dailyCredits, expiresAt },
    disabled: status === 'disabled',
    createdAt: at,
    credits,
  };
}
