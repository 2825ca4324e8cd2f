import { hashSecret, parseSecret } from '../keys/secret.ts';
import type { Database } from '../store/database.ts';
import { isUnavailable, StoreUnavailable } from '../store/unavailable.ts';
import { type Call, type CallRequest, callOn } from './call.ts';
import { charge } from './check.store.ts';
import { decide } from './decide.ts';
import { markerOf } from './marker.ts';
import { createMemory, DENIAL_REMEMBERED_MS } from './memory.ts';
import { paymentOf } from './payment.ts';
import { standingOf } from './standing.ts';
import { GONE, UNKNOWN, type Verdict } from './verdict.ts';

/** Each is a charge that was refused, or a read: others changed the account in between. */
const ATTEMPTS = 8;
/** Beside the client's own attempts. */
const UNANSWERED_ATTEMPTS = 2;

/** Checks one call by the text that it presents in place of a key. */
export type Check = (presented: unknown, request?: CallRequest) => Promise<Verdict>;

/**
 * Makes the check of one container, which answers one call at a time. It remembers keys and accounts between calls;
 * what it remembers can never allow a call that the tables refuse, because the charge is written on condition that the
 * account's version is still the remembered one, and that every counter is below its bound.
 *
 * DynamoDB calls: garbage none; an unknown key 1, then none for 2 s; first sight 3; afterwards 1, the charge; a key that
 * stays refused 1 every 2 s.
 *
 * The check throws StoreUnavailable if the account was changed under each of 8 attempts to charge it, and the client's
 * error if DynamoDB does not answer: the call is then not allowed, and was charged only if the answer alone was lost.
 *
 * @param clock milliseconds since the epoch.
 * @param container tells one container from another: see `drawContainer`.
 */
export function createCheck(db: Database, clock: () => number, container: string): Check {
  const memory = createMemory(db, clock);
  let calls = 0;

  return async (presented, request = {}) => {
    const parsed = parseSecret(presented);
    if (!parsed) return UNKNOWN;
    const keyHash = hashSecret(parsed.secret);
    const owner = await memory.ownerOf(keyHash);
    if (!owner) return UNKNOWN;

    const number = calls++;
    let unanswered = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sight = await memory.see(owner);
      if (!sight) return GONE;
      const { key, account } = sight;
      const now = clock();
      const call: Call = callOn(sight, keyHash, request, now);
      const decision = decide(call);
      if (decision.kind === 'deny') {
        const { refusal } = decision;
        if (!refusal.provisional && now - sight.at < DENIAL_REMEMBERED_MS) {
          return { allowed: false, refusal, key, standing: standingOf(call) };
        }
        await memory.look(owner.email);
        continue;
      }
      const marker = markerOf(account, container, number);
      try {
        const result = await charge(db, account, decision.charges, marker);
        // A transaction that was under way shows nothing of the account: what was seen stays as old as it is.
        if (!result.account) continue;
        memory.remember(result.account, now);
        if (!result.charged) continue;
        const standing = standingOf({ ...call, account: result.account, seenAt: now });
        return { allowed: true, key, standing, payment: paymentOf(decision.charges, marker) };
      } catch (error) {
        if (!isUnavailable(error) || ++unanswered === UNANSWERED_ATTEMPTS) throw error;
      }
    }
    throw new StoreUnavailable(`the account was changed during each of ${ATTEMPTS} attempts to charge it`);
  };
}
