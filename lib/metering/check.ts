import type { Account } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { type KeyOwner, readKey } from '../keys/key.store.ts';
import type { KeyRecord } from '../keys/key.ts';
import { hashSecret, parseSecret } from '../keys/secret.ts';
import type { Database } from '../store/database.ts';
import { charge, findOwner, readKeyAndAccount } from './check.store.ts';
import { decide, isCurrent } from './decide.ts';
import { Lru } from './lru.ts';
import type { Verdict } from './verdict.ts';

/** What gives (a raised limit, a key enabled again, a key just made) holds within this time, in milliseconds. */
const DENIAL_REMEMBERED_MS = 2_000;
const ATTEMPTS = 5;
const REMEMBERED = 10_000;

/** An account kept changing under every attempt to charge it. */
export class CheckContention extends Error {
  override readonly name = 'CheckContention';
}

/** An account as last seen, and when, in milliseconds since the epoch. */
interface Seen {
  readonly account: Account;
  readonly at: number;
}

const UNKNOWN: Verdict = { allowed: false, refusal: { code: 'invalid_key' } };
/** The record of a revoked key is deleted after 30 days; its hash stays, and so does the answer. */
const GONE: Verdict = { allowed: false, refusal: { code: 'key_revoked' } };

/**
 * Makes the check of one container. It remembers keys and accounts between calls; what it remembers can never allow a
 * call that the tables refuse, because the charge is written on condition that the account's version is still the
 * remembered one, and every change to a key, plan or account adds 1 to it.
 *
 * DynamoDB calls: garbage none; an unknown key 1, then none for 2 s; first sight 3; afterwards 1, the charge; a key that
 * stays refused 1 every 2 s.
 *
 * @param clock milliseconds since the epoch.
 */
export function createCheck(db: Database, clock: () => number): (presented: unknown) => Promise<Verdict> {
  const owners = new Lru<string, KeyOwner>(REMEMBERED);
  const unknown = new Lru<string, number>(REMEMBERED);
  const gone = new Lru<string, number>(REMEMBERED);
  const keys = new Lru<string, KeyRecord>(REMEMBERED);
  const accounts = new Lru<Email, Seen>(REMEMBERED);

  const isRecent = (at: number | undefined): boolean => at !== undefined && clock() - at < DENIAL_REMEMBERED_MS;

  async function ownerOf(keyHash: string): Promise<KeyOwner | undefined> {
    const known = owners.get(keyHash);
    if (known) return known;
    if (isRecent(unknown.get(keyHash))) return undefined;
    const owner = await findOwner(db, keyHash);
    if (owner) owners.set(keyHash, owner);
    else unknown.set(keyHash, clock());
    return owner;
  }

  function remember(account: Account): Seen {
    const seen = { account, at: clock() };
    accounts.set(account.email, seen);
    return seen;
  }

  async function readBoth(owner: KeyOwner): Promise<{ key: KeyRecord | undefined; seen: Seen }> {
    const { key, account } = await readKeyAndAccount(db, owner);
    if (key) keys.set(owner.keyId, key);
    return { key, seen: remember(account) };
  }

  async function readKeyAgain(owner: KeyOwner): Promise<KeyRecord | undefined> {
    const key = await readKey(db, owner);
    if (key) keys.set(owner.keyId, key);
    return key;
  }

  return async (presented) => {
    const parsed = parseSecret(presented);
    if (!parsed) return UNKNOWN;
    const keyHash = hashSecret(parsed.secret);
    const owner = await ownerOf(keyHash);
    if (!owner) return UNKNOWN;
    if (isRecent(gone.get(owner.keyId))) return GONE;

    let key = keys.get(owner.keyId);
    let seen = accounts.get(owner.email);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!key || !seen) ({ key, seen } = await readBoth(owner));
      if (key && !isCurrent(key, seen.account)) key = await readKeyAgain(owner);
      if (!key) {
        keys.delete(owner.keyId);
        gone.set(owner.keyId, clock());
        return GONE;
      }
      if (!isCurrent(key, seen.account)) {
        seen = undefined;
        continue;
      }
      const now = clock();
      const decision = decide({ now, keyHash, key, account: seen.account });
      if (decision.kind === 'deny') {
        if (now - seen.at < DENIAL_REMEMBERED_MS) return { allowed: false, refusal: { code: decision.code }, key };
        seen = undefined;
        continue;
      }
      const { charged, account } = await charge(db, seen.account, decision.charges);
      seen = remember(account);
      if (charged) return { allowed: true, key };
    }
    throw new CheckContention(`an account changed during each of ${ATTEMPTS} attempts to charge it`);
  };
}
