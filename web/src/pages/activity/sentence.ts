import type { EventEntry } from '../../api/queries.ts';
import { formatCount, formatPrice, formatTime } from '../../parts/format.ts';

type Details = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const number = (value: unknown): string => formatCount(Number(value));
const price = ({ price: given }: Details): string => formatPrice(given as { amount: number; currency: string });
const changed = ({ changes }: EventEntry): string => Object.keys(changes).join(', ');
const after = ({ changes }: EventEntry, field: string): string => text(changes[field]?.after);

/** What each type of event says. */
const SENTENCES: Readonly<Record<EventEntry['type'], (details: Details, event: EventEntry) => string>> = {
  'key.created': (_, event) => `Key ${after(event, 'name')} was made`,
  'key.updated': (_, event) => `A key was changed: ${changed(event)}`,
  'key.rotated': () => 'A key got a new secret',
  'key.grace_ended': () => 'Former secrets of a key were ended',
  'key.revoked': () => 'A key was revoked',
  'key.expiring': ({ endsAt }) => `A key ends on ${formatTime(text(endsAt))}`,
  'key.idle': () => 'A key lies idle',
  'key.idle_disabled': () => 'A key that lay idle was disabled',
  'key.refused': ({ code, route }) => `Calls of ${text(route)} are refused: ${text(code).replaceAll('_', ' ')}`,
  'plan.changed': (_, event) => `The plan is ${after(event, 'plan')} now`,
  'account.suspended': ({ reason }) => `The account was suspended: ${text(reason)}`,
  'account.restored': ({ reason }) => `The account was restored: ${text(reason)}`,
  'account.viewed': () => 'An admin looked at the account',
  'credits.granted': ({ amount, reason }) => `${number(amount)} credits were given: ${text(reason)}`,
  'credits.taken_back': ({ amount, reason }) => `${number(amount)} credits were taken back: ${text(reason)}`,
  'credits.low': ({ left }) => `${number(left)} credits are left`,
  'quota.reached': ({ percent }) => `${text(percent)}% of a quota is used`,
  'credits.purchased': (details) => `${number(details.amount)} credits were bought for ${price(details)}`,
  'credits.reversed': ({ amount }) => `${number(amount)} credits went back with a refund or dispute`,
  'credits.reinstated': ({ amount }) => `${number(amount)} credits were reinstated`,
  'payment.failed': ({ reason }) => `A payment failed: ${text(reason)}`,
  'top_up.changed': (_, event) => `Top-ups were turned ${event.changes.topUp?.after ? 'on' : 'off'}`,
  'top_up.due': ({ left, threshold, needed }) =>
    `${number(left)} credits are left, ${needed === undefined ? `your threshold is ${number(threshold)}` : `a call needed ${number(needed)}`}: a top-up is due`,
  'top_up.failed': ({ reason }) => `A top-up failed: ${text(reason).replaceAll('_', ' ')}`,
};

/** What happened, in a sentence; of a type that came with a later version of the service, its name. */
export function sentenceOf(event: EventEntry): string {
  const say: (typeof SENTENCES)[EventEntry['type']] | undefined = SENTENCES[event.type];
  return say ? say(event.details ?? {}, event) : event.type;
}

/** Every type of event. */
export const TYPES = Object.keys(SENTENCES) as EventEntry['type'][];
