import { readAccount } from '../accounts/account.store.ts';
import { type Account, planOf } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { PLANS } from '../accounts/plans.ts';
import { type KeyOwner, readKey } from '../keys/key.store.ts';
import type { KeyRecord } from '../keys/key.ts';
import { hashSecret, parseSecret } from '../keys/secret.ts';
import type { Database } from '../store/database.ts';
import { isUnavailable } from '../store/unavailable.ts';
import { type Call, DEFAULT_TERMS, type RouteTerms } from './call.ts';
import { charge, findOwner, readKeyAndAccount } from './check.store.ts';
import { decide, isCurrent } from './decide.ts';
import { Lru } from './lru.ts';
import { markerOf } from './marker.ts';
import { standingOf } from './standing.ts';
import type { Verdict } from './verdict.ts';

/** What gives (a raised limit, a key enabled again, a key just made) holds within this time, in milliseconds. */
const DENIAL_REMEMBERED_MS = 2_000;
/** Each is a charge that was refused, or a read: others changed the account in between. */
const ATTEMPTS = 8;
/** Beside the client's own attempts. */
const UNANSWERED_ATTEMPTS = 2;
const REMEMBERED = 10_000;

/** An account kept changing under every attempt to charge it. */
export class CheckContention extends Error {
  override readonly name = 'CheckContention';
}

/** What a call is, beside its key. */
export interface CallRequest {
  /** The caller's address. @default - unknown, which no IP rule allows */
  readonly ip?: string;
  /** @default - those of a route for which nothing was declared */
  readonly terms?: RouteTerms;
}

/** Checks one call by the text that it presents in place of a key. */
export type Check = (presented: unknown, request?: CallRequest) => Promise<Verdict>;

/** An account as last seen, and when, in milliseconds since the epoch. */
interface Seen {
  readonly account: Account;
  readonly at: number;
}

const UNKNOWN: Verdict = { allowed: false, refusal: { code: 'invalid_key' } };
/** The record of a revoked key is deleted after 30 days; its hash stays, and so does the answer. */
const GONE: Verdict = { allowed: false, refusal: { code: 'key_revoked' } };

/**
 * Makes the check of one container, which answers one call at a time. It remembers keys and accounts between calls;
 * what it remembers can never allow a call that the tables refuse, because the charge is written on condition that the
 * account's version is still the remembered one, and that every counter is below its bound.
 *
 * DynamoDB calls: garbage none; an unknown key 1, then none for 2 s; first sight 3; afterwards 1, the charge; a key that
 * stays refused 1 every 2 s.
 *
 * @param clock milliseconds since the epoch.
 * @param container four random characters of base 36, which tell one container from another.
 */
export function createCheck(db: Database, clock: () => number, container: string): Check {
  const owners = new Lru<string, KeyOwner>(REMEMBERED);
  const unknown = new Lru<string, number>(REMEMBERED);
  const gone = new Lru<string, number>(REMEMBERED);
  const keys = new Lru<string, KeyRecord>(REMEMBERED);
  const accounts = new Lru<Email, Seen>(REMEMBERED);
  let calls = 0;

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

  /** @param at when the account was asked for: what it shows is at least as new. */
  function remember(account: Account, at: number): Seen {
    const seen = { account, at };
    accounts.set(account.email, seen);
    return seen;
  }

  async function readBoth(owner: KeyOwner): Promise<{ key: KeyRecord | undefined; seen: Seen }> {
    const at = clock();
    const { key, account } = await readKeyAndAccount(db, owner);
    if (key) keys.set(owner.keyId, key);
    return { key, seen: remember(account, at) };
  }

  async function readAccountAgain({ email }: KeyOwner): Promise<Seen> {
    const at = clock();
    return remember(await readAccount(db, email), at);
  }

  async function readKeyAgain(owner: KeyOwner): Promise<KeyRecord | undefined> {
    const key = await readKey(db, owner);
    if (key) keys.set(owner.keyId, key);
    return key;
  }

  return async (presented, { ip = '', terms = DEFAULT_TERMS } = {}) => {
    const parsed = parseSecret(presented);
    if (!parsed) return UNKNOWN;
    const keyHash = hashSecret(parsed.secret);
    const owner = await ownerOf(keyHash);
    if (!owner) return UNKNOWN;
    if (isRecent(gone.get(owner.keyId))) return GONE;

    const number = calls++;
    let key = keys.get(owner.keyId);
    let seen = accounts.get(owner.email);
    let unanswered = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!key || !seen) ({ key, seen } = await readBoth(owner));
      if (key && !isCurrent(key, seen.account)) key = await readKeyAgain(owner);
      if (!key) {
        keys.delete(owner.keyId);
        gone.set(owner.keyId, clock());
        return GONE;
      }
      if (!isCurrent(key, seen.account)) {
        seen = await readAccountAgain(owner);
        continue;
      }
      const now = clock();
      const callOn = ({ account, at }: Seen, record: KeyRecord): Call => ({
        now,
        keyHash,
        ip,
        terms,
        key: record,
        account,
        plan: PLANS[planOf(account)],
        seenAt: at,
      });
      const call = callOn(seen, key);
      const decision = decide(call);
      if (decision.kind === 'deny') {
        const { refusal } = decision;
        if (!refusal.provisional && now - seen.at < DENIAL_REMEMBERED_MS) {
          return { allowed: false, refusal, key, standing: standingOf(call) };
        }
        seen = await readAccountAgain(owner);
        continue;
      }
      try {
        const result = await charge(db, seen.account, decision.charges, markerOf(seen.account, container, number));
        // A transaction that was under way shows nothing of the account: what was seen stays as old as it is.
        if (!result.account) continue;
        seen = remember(result.account, now);
        if (result.charged) return { allowed: true, key, standing: standingOf(callOn(seen, key)) };
      } catch (error) {
        if (!isUnavailable(error) || ++unanswered === UNANSWERED_ATTEMPTS) throw error;
      }
    }
    throw new CheckContention(`an account changed during each of ${ATTEMPTS} attempts to charge it`);
  };
}
