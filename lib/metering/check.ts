import type { Account } from '../accounts/account.ts';
import type { Database } from '../store/database.ts';
import { isUnavailable, StoreUnavailable } from '../store/unavailable.ts';
import { alertsOf, alertsOfRefusal } from './alerts.ts';
import { type CallRequest, callOn, secretEndOf } from './call.ts';
import type { Charge } from './charge.ts';
import { charge } from './check.store.ts';
import { decide } from './decide.ts';
import { bears, createMarkers, type Marker } from './marker.ts';
import { createMemory, DENIAL_REMEMBERED_MS } from './memory.ts';
import { paymentOf } from './payment.ts';
import { findPresented, type PresentedOptions } from './presented.ts';
import { standingOf } from './standing.ts';
import { GONE, UNKNOWN, type Verdict } from './verdict.ts';

/** Each is a charge that was refused, or a read: others changed the account in between. */
const ATTEMPTS = 8;
/** Beside the client's own attempts. */
const UNANSWERED_ATTEMPTS = 2;

/** Counts what the checks of a container meet with. */
export interface CheckCounts {
  /** Charges that were refused, as another container had changed the account meanwhile. */
  contention: number;
}

/** What a check is told of its deployment, and where it counts. */
export interface CheckOptions extends PresentedOptions {
  /** Is counted up. @default - nobody hears of it */
  readonly counts?: CheckCounts;
}

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
export function createCheck(db: Database, clock: () => number, container: string, options: CheckOptions = {}): Check {
  const memory = createMemory(db, clock);
  const nextMarker = createMarkers(container);
  const { counts = { contention: 0 } } = options;

  return async (presented, request = {}) => {
    const found = await findPresented(memory, presented, options);
    if (!found) return UNKNOWN;
    const { keyHash, owner } = found;

    let unanswered = 0;
    /** The last charge, where its answer did not come: it may have been written. */
    let open: { charges: readonly Charge[]; marker: Marker } | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sight = await memory.see(owner);
      if (!sight) return GONE;
      const at = clock();
      const call = callOn(sight, keyHash, request, at, db.plans);
      const accept = (account: Account, charges: readonly Charge[], marker: Marker): Verdict => {
        const after = { ...call, account, seenAt: call.now };
        const standing = standingOf(after);
        const payment = paymentOf(charges, marker);
        return {
          allowed: true,
          key: sight.key,
          standing,
          payment,
          secretEndsAt: secretEndOf(call),
          alerts: alertsOf(after),
        };
      };

      const decision = decide(call);
      if (decision.kind === 'deny') {
        const { refusal } = decision;
        if (!open && !refusal.provisional && at - sight.at < DENIAL_REMEMBERED_MS) {
          const alerts = alertsOfRefusal(call, refusal);
          const found = { key: sight.key, standing: standingOf(call), ...(alerts.length > 0 && { alerts }) };
          return { allowed: false, refusal, ...found };
        }
        const account = await memory.look(owner.email);
        if (open && bears(account, open.marker)) return accept(account, open.charges, open.marker);
        open = undefined;
        continue;
      }
      const charges = decision.charges;
      const marker: Marker = open?.marker ?? nextMarker(sight.account, call.now);
      try {
        const { outcome, account } = await charge(db, sight.account, charges, marker);
        if (account) memory.remember(account, at);
        if (account && outcome !== 'refused') {
          return accept(account, outcome === 'found' && open ? open.charges : charges, marker);
        }
        counts.contention += 1;
        // A transaction that was under way shows nothing of the account: what was seen stays as old as it is.
        if (account) open = undefined;
      } catch (error) {
        if (!isUnavailable(error) || ++unanswered === UNANSWERED_ATTEMPTS) throw error;
        open = { charges, marker };
      }
    }
    throw new StoreUnavailable(`the account was changed during each of ${ATTEMPTS} attempts to charge it`);
  };
}
