import type { ChangeContext } from '../../lib/accounts/change.store.ts';
import { ChangeConflict } from '../../lib/accounts/change-conflict.ts';
import type { Email } from '../../lib/accounts/email.ts';
import type { Actor } from '../../lib/events/event.ts';
import { findOwners } from '../../lib/keys/hash-owners.store.ts';
import { type ImportOutcomes, importKeys, outcomeOfOwned, previewImport } from '../../lib/keys/import-keys.store.ts';
import { inLots } from '../../lib/lots.ts';
import type { Database } from '../../lib/store/database.ts';
import { PATIENT, patiently, type RetryPolicy, retry } from '../../lib/store/retry.ts';
import { forEachOf } from './chunk.ts';
import { type Candidate, type Result, resultOf } from './verdict.ts';

/** Accounts that are written at once. */
const ACCOUNTS_AT_ONCE = 8;
const HASHES_AT_ONCE = 100;
const LOOK_UPS_AT_ONCE = 4;
/** Others may change an account under each of the attempts to write it. */
const CONTENDED: RetryPolicy = {
  ...PATIENT,
  isPassing: (error) => PATIENT.isPassing(error) || error instanceof ChangeConflict,
};

/** Imports candidates, and tells what came of each. */
export interface Importer {
  /** The results in the order of rows; of those that were not begun when it was to stop there are none. */
  take(candidates: readonly Candidate[]): Promise<Result[]>;
}

export interface ImporterOptions {
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Writes nothing. */
  readonly dryRun: boolean;
  /** Aborted when no further account is to be begun. */
  readonly signal: AbortSignal;
}

/** A key of a dry run, which the tables do not have. */
type Pretended = Map<string, { readonly email: Email; readonly keyId: string }>;

/** Makes an importer. A dry run remembers what it would have made, so that its verdicts are those of an import. */
export function createImporter(db: Database, options: ImporterOptions): Importer {
  const pretended: Pretended = new Map();
  const pretendedKeys = new Map<Email, number>();

  /** The outcomes of an account's candidates whose hashes are unknown. */
  async function write(candidates: readonly Candidate[]): Promise<ImportOutcomes> {
    const [{ email }] = candidates as [Candidate, ...Candidate[]];
    const keys = candidates.map(({ key }) => key);
    const context: ChangeContext = { email, actor: options.actor, at: options.clock() };
    if (!options.dryRun) return retry((attempt) => importKeys(db, context, keys, attempt > 1), CONTENDED);
    const before = pretendedKeys.get(email) ?? 0;
    const outcomes = await patiently(() => previewImport(db, context, keys, before));
    for (const [keyHash, outcome] of outcomes) {
      if (outcome.kind === 'made') pretended.set(keyHash, { email, keyId: outcome.keyId });
    }
    pretendedKeys.set(email, before + [...outcomes.values()].filter(({ kind }) => kind === 'made').length);
    return outcomes;
  }

  /** Whose the hashes of candidates are, by the tables or by the dry run. */
  async function ownersOf(candidates: readonly Candidate[]) {
    const owners: Pretended = new Map();
    const hashes = candidates.map(({ key }) => key.keyHash);
    await forEachOf(inLots(hashes, HASHES_AT_ONCE), LOOK_UPS_AT_ONCE, async (page) => {
      for (const [keyHash, owner] of await findOwners(db, page)) owners.set(keyHash, owner);
    });
    for (const keyHash of hashes) {
      const owner = pretended.get(keyHash);
      if (owner) owners.set(keyHash, owner);
    }
    return owners;
  }

  /** Candidates of which no two have one hash. */
  async function takeDistinct(candidates: readonly Candidate[]): Promise<Result[]> {
    const results: Result[] = [];
    const owners = await ownersOf(candidates);
    const accounts = new Map<Email, Candidate[]>();
    for (const candidate of candidates) {
      const owner = owners.get(candidate.key.keyHash);
      if (owner) results.push(resultOf(candidate, outcomeOfOwned(owner, candidate.email)));
      else accounts.set(candidate.email, [...(accounts.get(candidate.email) ?? []), candidate]);
    }
    await forEachOf([...accounts.values()], ACCOUNTS_AT_ONCE, async (ofAccount) => {
      if (options.signal.aborted) return;
      const outcomes = await write(ofAccount);
      for (const candidate of ofAccount) {
        const outcome = outcomes.get(candidate.key.keyHash);
        if (outcome) results.push(resultOf(candidate, outcome));
      }
    });
    return results;
  }

  return {
    async take(candidates) {
      const results: Result[] = [];
      for (let left = candidates; left.length > 0 && !options.signal.aborted; ) {
        const { first, repeated } = apart(left);
        results.push(...(await takeDistinct(first)));
        // A repeated row finds what came of the first one.
        left = repeated;
      }
      return results.sort((a, b) => a.row - b.row);
    },
  };
}

/** The first candidate of each hash, and the others. */
function apart(candidates: readonly Candidate[]): { first: Candidate[]; repeated: Candidate[] } {
  const seen = new Set<string>();
  const first: Candidate[] = [];
  const repeated: Candidate[] = [];
  for (const candidate of candidates) {
    (seen.has(candidate.key.keyHash) ? repeated : first).push(candidate);
    seen.add(candidate.key.keyHash);
  }
  return { first, repeated };
}
