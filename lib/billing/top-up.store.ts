import { ulid } from 'ulid';
import { type Account, hot, planOf } from '../accounts/account.ts';
import { type Change, type ChangeContext, changeAccount } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import type { Pack } from '../accounts/plans.ts';
import { type AuditEvent, SYSTEM } from '../events/event.ts';
import { writeOnce } from '../events/once.store.ts';
import { balanceOf } from '../metering/credits.ts';
import { periodIndex } from '../metering/periods.ts';
import type { Database } from '../store/database.ts';
import { type Billing, billingItem, type OpenTopUp, readBilling, type TopUp } from './billing.store.ts';
import type { DueTopUp } from './due.ts';
import { placedItem } from './orders.store.ts';
import type { PaymentProvider } from './provider.ts';
import { type Settling, settlePayment } from './settle.store.ts';
import { beginTopUp, type EndedTopUp, failTopUp, isRepeatable, UNKNOWN_OUTCOME } from './top-up.ts';

export type TopUpChange =
  | { readonly kind: 'changed'; readonly billing: Billing }
  /** There is no payment method to charge. */
  | { readonly kind: 'no_method' }
  | { readonly kind: 'no_pack'; readonly packs: readonly string[] }
  /** The cap does not cover the pack's price. */
  | { readonly kind: 'low_cap'; readonly pack: Pack };

/** What an account can still spend. */
function leftOf({ plans }: Database, account: Account, now: number): number {
  const { included, purchased } = balanceOf({ account, plan: planOf(account, plans), now });
  return included + purchased;
}

/** What a top-up begins by: it need not wait for a call to tell that the threshold is reached already. */
const dueEvent = (left: number, threshold: number): AuditEvent => ({
  type: 'top_up.due',
  changes: {},
  details: { left, threshold },
});

/**
 * Says when an account is topped up, from its next call on, or at once where it is to be already; `undefined` ends it. A top-up that was begun is not called back.
 *
 * @throws ChangeConflict if the account kept changing.
 */
export const setTopUp = (db: Database, context: ChangeContext, topUp: TopUp | undefined): Promise<TopUpChange> =>
  changeAccount<TopUpChange>(db, context, async ({ account }) => {
    const { email } = context;
    const billing = await readBilling(db, email);
    if (topUp) {
      const { packs } = planOf(account, db.plans);
      const pack = packs.find(({ name }) => name === topUp.pack);
      if (!pack) return { result: { kind: 'no_pack', packs: packs.map(({ name }) => name) } };
      if (topUp.monthlyCap < pack.price.amount) return { result: { kind: 'low_cap', pack } };
      if (!billing.method) return { result: { kind: 'no_method' } };
    }
    if (!topUp && !billing.topUp) return { result: { kind: 'changed', billing } };
    const after = { ...billing, topUp };
    const left = leftOf(db, account, context.at);
    const due = topUp && left <= topUp.threshold ? [dueEvent(left, topUp.threshold)] : [];
    const changes = { topUp: { before: billing.topUp ?? null, after: topUp ?? null } };
    return {
      change: {
        ...(topUp ? { set: { [hot.topUpAt]: topUp.threshold } } : { remove: [hot.topUpAt] }),
        keys: [],
        also: [billingItem(db, email, after)],
        events: [{ type: 'top_up.changed', changes }, ...due],
      },
      result: { kind: 'changed', billing: after },
    };
  });

const CAP_TOLD_SECONDS = 62 * 86_400;

/** The top-up to be charged: one that was begun and not ended, else a new one, if the account is to have one. */
async function claim(
  db: Database,
  context: ChangeContext,
  { id: topUpId, shortfall }: DueTopUp,
): Promise<OpenTopUp | undefined> {
  const { email, at } = context;
  const claimed = await changeAccount<OpenTopUp | 'monthly_cap' | undefined>(db, context, async ({ account }) => {
    const billing = await readBilling(db, email);
    if (billing.open) return { result: billing.open };
    const left = leftOf(db, account, at);
    const begun = beginTopUp(billing, planOf(account, db.plans), { email, topUpId, left, now: at, shortfall });
    if (begun === 'monthly_cap') return { result: begun };
    if (begun === 'no_pack') return { change: switchOff(db, email, failTopUp(billing, begun)), result: undefined };
    if (typeof begun === 'string') return { result: undefined };
    const also = [billingItem(db, email, begun.billing), placedItem(db, begun.open.order, at)];
    return { change: { keys: [], also, events: [] }, result: begun.open };
  });
  if (claimed !== 'monthly_cap') return claimed;
  const month = periodIndex('month', at);
  await writeOnce(db, {
    email,
    name: `top-up-cap#${month}`,
    forSeconds: CAP_TOLD_SECONDS,
    event: { type: 'top_up.failed', changes: {}, details: { reason: 'monthly_cap' } },
    actor: SYSTEM,
    eventId: ulid(at),
    at,
  });
  return undefined;
}

/**
 * Tops an account up, if it is to be. Never is more than one top-up under way: it is noted with the account before it is
 * charged, and what finds one that was begun asks for that one again under its id, which the provider charges once.
 *
 * @param at milliseconds since the epoch.
 * @returns what came of the payment, if one was charged.
 * @throws the provider's error if it cannot be asked: the top-up stays open, to be repeated.
 */
export async function topUp(
  db: Database,
  provider: PaymentProvider,
  due: DueTopUp,
  at: number,
): Promise<Settling | undefined> {
  const context: ChangeContext = { email: due.email, actor: SYSTEM, at };
  const open = await claim(db, context, due);
  if (!open) return undefined;
  const { paymentId } = open;
  if (paymentId !== undefined) return settlePayment(db, provider, { paymentId, hasFailed: false }, at);
  if (!isRepeatable(open, at)) return fail(db, context, open, UNKNOWN_OUTCOME);
  const outcome = await provider.charge(open.order, open.method);
  if (outcome.kind === 'refused') return fail(db, context, open, outcome.reason);
  return settlePayment(db, provider, { paymentId: outcome.paymentId, hasFailed: false }, at);
}

const fail = (db: Database, context: ChangeContext, { order }: OpenTopUp, reason: string): Promise<undefined> =>
  changeAccount<undefined>(db, context, async () => {
    const billing = await readBilling(db, context.email);
    if (billing.open?.order.topUpId !== order.topUpId) return { result: undefined };
    return { change: switchOff(db, context.email, failTopUp(billing, reason)), result: undefined };
  });

const switchOff = (db: Database, email: Email, { billing, events }: EndedTopUp): Change => ({
  remove: [hot.topUpAt],
  keys: [],
  also: [billingItem(db, email, billing)],
  events,
});
