import type { Plan } from '../accounts/plans.ts';
import type { AuditEvent } from '../events/event.ts';
import { periodIndex } from '../metering/periods.ts';
import type { Billing, OpenTopUp } from './billing.store.ts';
import type { PaymentState } from './provider.ts';

/** After so long a provider forgets what it was asked under an id, and would charge again. */
const REPEATABLE_MS = 23 * 3_600_000;

/** A call that was refused is past afterwards; as long may it take until it is heard of. */
const SHORTFALL_MS = 6 * 3_600_000;

/** What top-ups have charged in the month of a time, in milliseconds since the epoch. */
export function chargedThisMonth({ charged }: Billing, now: number): number {
  return charged?.month === periodIndex('month', now) ? charged.amount : 0;
}

/** Why no top-up is begun. */
export type Unneeded = 'off' | 'enough' | 'no_pack' | 'monthly_cap';

/** A call that was refused, as it needed more credits than were left. */
export interface Shortfall {
  readonly needed: number;
  /** Credits that the account could spend then. */
  readonly left: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Who asks for a top-up, and when. */
export interface Request {
  readonly email: OpenTopUp['order']['email'];
  /** Tells this top-up from all others. */
  readonly topUpId: string;
  /** Credits that the account can spend. */
  readonly left: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What it is asked for by. @default - the threshold */
  readonly shortfall?: Shortfall | undefined;
}

/** Credits that a refused call lacked; 0 if some came since: then the next call tells what it lacks. */
function lacking({ left, now, shortfall }: Request): number {
  if (!shortfall || left > shortfall.left || now - shortfall.at >= SHORTFALL_MS) return 0;
  return Math.max(0, shortfall.needed - left);
}

/**
 * Begins a top-up, if it is wanted and none is under way; its price counts for the month from now on. It is one pack, also
 * where a call lacked more than that and will ask again; but none is charged where the cap leaves too few for the call.
 */
export function beginTopUp(
  billing: Billing,
  plan: Plan,
  request: Request,
): { readonly open: OpenTopUp; readonly billing: Billing } | Unneeded {
  const { email, topUpId, left, now } = request;
  const { topUp, method } = billing;
  if (!topUp || !method) return 'off';
  const isReached = left <= topUp.threshold;
  const lacks = isReached ? 0 : lacking(request);
  if (!isReached && lacks === 0) return 'enough';
  const pack = plan.packs.find(({ name }) => name === topUp.pack);
  if (!pack) return 'no_pack';
  const { amount, currency } = pack.price;
  const before = chargedThisMonth(billing, now);
  const needed = Math.max(1, Math.ceil(lacks / pack.credits));
  if (before + needed * amount > topUp.monthlyCap) return 'monthly_cap';
  const order = { orderId: topUpId, email, pack: pack.name, credits: pack.credits, amount, currency, topUpId };
  const open: OpenTopUp = { order, method, begunAt: now };
  return {
    open,
    billing: { ...billing, open, charged: { month: periodIndex('month', now), amount: before + amount } },
  };
}

/** Tells whether a top-up that was begun may be asked for again under its id. */
export const isRepeatable = ({ begunAt }: OpenTopUp, now: number): boolean => now - begunAt < REPEATABLE_MS;

/** How a user pays once a top-up has come to its end. */
export interface EndedTopUp {
  readonly billing: Billing;
  readonly isOff: boolean;
  readonly events: readonly AuditEvent[];
}

/** Whether a top-up was charged cannot be told any more. */
export const UNKNOWN_OUTCOME = 'unknown_outcome';

/**
 * Ends a top-up that failed: what was not charged does not count, and nothing is charged again until its owner says so. What
 * may have been charged counts still.
 */
export function failTopUp({ open, charged, topUp, ...billing }: Billing, reason: string): EndedTopUp {
  const isUncharged = open !== undefined && reason !== UNKNOWN_OUTCOME;
  const isCounted = isUncharged && charged?.month === periodIndex('month', open.begunAt);
  const uncharged = isCounted ? { ...charged, amount: charged.amount - open.order.amount } : charged;
  const pack = open?.order.pack ?? topUp?.pack ?? '';
  return {
    billing: { ...billing, charged: uncharged },
    isOff: true,
    events: [{ type: 'top_up.failed', changes: {}, details: { reason, pack } }],
  };
}

/** Notes with the top-up that a payment belongs to that it is under way: from then on it is looked at, and not asked for again. */
export function noteUnderWay(billing: Billing, { paymentId, order: { topUpId }, status }: PaymentState): Billing {
  const { open } = billing;
  const isOfOpen = open !== undefined && open.order.topUpId === topUpId && open.paymentId === undefined;
  return isOfOpen && status === 'pending' ? { ...billing, open: { ...open, paymentId } } : billing;
}

/** Ends the top-up that a payment belongs to, once the payment is made or has failed. */
export function endOpenTopUp(
  billing: Billing,
  { order: { topUpId }, status, failure = 'declined' }: PaymentState,
): EndedTopUp | undefined {
  const { open, ...rest } = billing;
  if (!open || open.order.topUpId !== topUpId || status === 'pending') return undefined;
  return status === 'paid' ? { billing: rest, isOff: false, events: [] } : failTopUp(billing, failure);
}
