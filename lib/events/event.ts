import { deleteAfter } from '../expiry.ts';

/** Who made a change, and through which request. */
export interface Actor {
  /** Empty where nobody is signed in. */
  readonly email: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
}

/** What changes keys by a policy, or tells of them: nobody is signed in. */
export const SYSTEM: Actor = { email: '', ip: '', userAgent: '', requestId: '' };

/** Every type of event. */
export const EVENT_TYPES = [
  'key.created',
  'key.updated',
  'key.rotated',
  'key.grace_ended',
  'key.revoked',
  'key.expiring',
  'key.idle',
  'key.idle_disabled',
  'key.refused',
  'plan.changed',
  'account.suspended',
  'account.restored',
  'account.viewed',
  'credits.granted',
  'credits.taken_back',
  'credits.low',
  'quota.reached',
  'credits.purchased',
  'credits.reversed',
  'credits.reinstated',
  'payment.failed',
  'top_up.changed',
  'top_up.due',
  'top_up.failed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One entry of the audit log, which is also the outbox. It never holds a secret. */
export interface AuditEvent {
  readonly type: EventType;
  /** Absent where it is about the account. */
  readonly keyId?: string;
  /** What changed, by field: the value before and after. */
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  /** What else there is to know, by type: see `docs/events.md`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const RETENTION_SECONDS = 400 * 86_400;

/**
 * The item of an event at a time, in milliseconds since the epoch. It is kept for 400 days.
 *
 * @param eventId a ULID, by which events sort by time.
 */
export function eventRecord(email: string, event: AuditEvent, actor: Actor, eventId: string, at: number) {
  const { requestId, ...who } = actor;
  return {
    email,
    eventId,
    ...event,
    occurredAt: at,
    actor: who,
    requestId,
    deleteAt: deleteAfter(at, RETENTION_SECONDS),
  };
}
