import { hot, type Slot } from '../accounts/account.ts';
import type { Charge } from './charge.ts';
import type { Marker } from './marker.ts';
import type { Verdict } from './verdict.ts';

/** What an accepted call paid, so that it can be given back once. */
export interface Payment {
  /** Tells the payment from all others of its account. */
  readonly id: string;
  /** Credits paid from the included ones, and the attribute that counts these for the month. */
  readonly included: number;
  readonly month: string;
  /** Credits paid from the purchased ones. */
  readonly purchased: number;
  /** The attribute that counts them for the day, where the key has a daily cap. */
  readonly day?: string;
}

/** What the names of counters of daily caps begin with. */
const CAPPED = hot.keySpent('' as Slot);

type Added = Extract<Charge, { kind: 'add' }>;
type Taken = Extract<Charge, { kind: 'take' }>;

const isIncluded = (charge: Charge): charge is Added =>
  charge.kind === 'add' && charge.attribute.startsWith(hot.includedSpent);
const isCapped = (charge: Charge): boolean => charge.attribute.startsWith(CAPPED);
const isPurchased = (charge: Charge): charge is Taken => charge.kind === 'take';

/** The credits among a call's charges; `undefined` where it was free. */
export function paymentOf(charges: readonly Charge[], { value: id }: Marker): Payment | undefined {
  const included = charges.find(isIncluded);
  const purchased = charges.find(isPurchased);
  if (!included && !purchased) return undefined;
  const capped = charges.find(isCapped);
  return {
    id,
    included: included?.amount ?? 0,
    month: included?.attribute ?? '',
    purchased: purchased?.amount ?? 0,
    ...(capped && { day: capped.attribute }),
  };
}

/** The credits that a call paid. */
export const creditsOf = (verdict: Verdict): number =>
  verdict.allowed && verdict.payment ? verdict.payment.included + verdict.payment.purchased : 0;
