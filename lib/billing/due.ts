import type { Email } from '../accounts/email.ts';
import type { BusEvent } from '../events/stream.store.ts';
import type { Shortfall } from './top-up.ts';

/** A top-up that an event asks for. */
export interface DueTopUp {
  readonly email: Email;
  /** Tells it from all others; a repeat has the same. */
  readonly id: string;
  /** @default - the threshold is reached */
  readonly shortfall?: Shortfall | undefined;
}

/** Reads an event `top_up.due`, as the bus has it. */
export function dueTopUp({ email, eventId, at, details = {} }: BusEvent): DueTopUp {
  const { needed, left } = details;
  const isShort = typeof needed === 'number' && typeof left === 'number';
  return { email: email as Email, id: eventId, ...(isShort && { shortfall: { needed, left, at: Date.parse(at) } }) };
}
