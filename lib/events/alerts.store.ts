import { ulid } from 'ulid';
import type { AlertKind } from '../metering/alerts.ts';
import type { Database } from '../store/database.ts';
import { type AuditEvent, SYSTEM } from './event.ts';
import { writeOnce } from './once.store.ts';
import { alertName, type ToldAlert } from './told-alert.ts';

/** Longer than any period that alerts are told once in. */
const NOTED_SECONDS = 62 * 86_400;

const EVENTS: Readonly<Record<AlertKind, (alert: ToldAlert) => AuditEvent>> = {
  credits: ({ percent, value: left, of }) => ({ type: 'credits.low', changes: {}, details: { percent, left, of } }),
  quota: ({ percent, value: used, of }) => ({ type: 'quota.reached', changes: {}, details: { percent, used, of } }),
  key_quota: ({ keyId, percent, value: used, of }) => ({
    type: 'quota.reached',
    keyId,
    changes: {},
    details: { percent, used, of },
  }),
  top_up: ({ value: left, of: threshold }) => ({ type: 'top_up.due', changes: {}, details: { left, threshold } }),
  shortfall: ({ value: left, of: needed }) => ({ type: 'top_up.due', changes: {}, details: { left, needed } }),
};

/** Writes the event of an alert, unless it was written in its period already. */
export const writeAlert = (db: Database, alert: ToldAlert): Promise<void> =>
  writeOnce(db, {
    email: alert.email,
    name: alertName(alert),
    forSeconds: NOTED_SECONDS,
    event: EVENTS[alert.kind](alert),
    actor: SYSTEM,
    eventId: ulid(alert.at),
    at: alert.at,
  });
