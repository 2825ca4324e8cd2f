import { readAccount } from '../accounts/account.store.ts';
import type { Account } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { type KeyOwner, readKey } from '../keys/key.store.ts';
import type { KeyRecord } from '../keys/key.ts';
import type { Database } from '../store/database.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { findOwner, readKeyAndAccount } from './check.store.ts';
import { isCurrent } from './decide.ts';
import { Lru } from './lru.ts';

/** What gives (a raised limit, a key enabled again, a key just made) holds within this time, in milliseconds. */
export const DENIAL_REMEMBERED_MS = 2_000;

const REMEMBERED = 10_000;
const ATTEMPTS = 8;

/** An account as last seen, and when, in milliseconds since the epoch: what it shows is at least as new. */
interface Seen {
  readonly account: Account;
  readonly at: number;
}

/** A key as its account counts for it. */
export interface Sight extends Seen {
  readonly key: KeyRecord;
}

/** What one container knows of keys and accounts. */
export interface Memory {
  /** The owner of a key hash. DynamoDB calls: 1 for a hash not seen yet, or for one unknown for 2 s. */
  ownerOf(keyHash: string): Promise<KeyOwner | undefined>;
  /**
   * A key with its account, from memory where they are there and agree. `undefined` if the key's record is gone: it was
   * revoked longer than 30 days ago.
   *
   * @throws StoreUnavailable if key and account were changed during each of 8 attempts to read them.
   */
  see(owner: KeyOwner): Promise<Sight | undefined>;
  /** Reads an account anew. */
  look(email: Email): Promise<Account>;
  /** @param at when the account was asked for. */
  remember(account: Account, at: number): void;
}

/**
 * Makes the memory of one container. It may be old, and can never be wrong about a call that is then charged: see
 * `createCheck`.
 *
 * @param clock milliseconds since the epoch.
 */
export function createMemory(db: Database, clock: () => number): Memory {
  const owners = new Lru<string, KeyOwner>(REMEMBERED);
  const unknown = new Lru<string, number>(REMEMBERED);
  const gone = new Lru<string, number>(REMEMBERED);
  const keys = new Lru<string, KeyRecord>(REMEMBERED);
  const accounts = new Lru<Email, Seen>(REMEMBERED);

  const isRecent = (at: number | undefined): boolean => at !== undefined && clock() - at < DENIAL_REMEMBERED_MS;

  const remember = (account: Account, at: number): void => accounts.set(account.email, { account, at });

  function learn(keyId: string, key: KeyRecord | undefined): void {
    if (key) {
      keys.set(keyId, key);
      return;
    }
    keys.delete(keyId);
    gone.set(keyId, clock());
  }

  async function look(email: Email): Promise<Account> {
    const at = clock();
    const account = await readAccount(db, email);
    remember(account, at);
    return account;
  }

  async function lookAtBoth(owner: KeyOwner): Promise<void> {
    const at = clock();
    const { key, account } = await readKeyAndAccount(db, owner);
    learn(owner.keyId, key);
    remember(account, at);
  }

  return {
    look,
    remember,
    async ownerOf(keyHash) {
      const known = owners.get(keyHash);
      if (known) return known;
      if (isRecent(unknown.get(keyHash))) return undefined;
      const owner = await findOwner(db, keyHash);
      if (owner) owners.set(keyHash, owner);
      else unknown.set(keyHash, clock());
      return owner;
    },
    async see(owner) {
      const { keyId, email } = owner;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (isRecent(gone.get(keyId))) return undefined;
        const key = keys.get(keyId);
        const seen = accounts.get(email);
        if (!key || !seen) {
          await lookAtBoth(owner);
          continue;
        }
        if (isCurrent(key, seen.account)) return { key, ...seen };
        const fresh = await readKey(db, owner);
        learn(keyId, fresh);
        // A key that is no longer as it was remembered may also be newer than the account.
        if (fresh && !isCurrent(fresh, seen.account)) await look(email);
      }
      throw new StoreUnavailable(`key ${keyId} or its account was changed during each of ${ATTEMPTS} reads`);
    },
  };
}
