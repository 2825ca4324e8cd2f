import type { Plan } from '../accounts/plans.ts';
import type { AuditEvent } from '../events/event.ts';
import type { KeyRecord } from '../keys/key.ts';
import { hasEnded, keyEnd } from '../keys/lifetime.ts';

const DAY_MS = 86_400_000;

/** A key's owner hears so many days before it ends. */
export const NOTICE_DAYS = [30, 14, 7, 1] as const;

/** A key, and what its notices depend on beside it. Times are in milliseconds since the epoch. */
export interface Watched {
  readonly key: KeyRecord;
  readonly plan: Plan;
  readonly lastUsedAt: number | null;
}

/** What is to be told of a key from a moment on. Of two of one kind that are due, the later one counts. */
export interface Notice {
  readonly kind: 'end' | 'idle';
  readonly at: number;
  readonly event: Pick<AuditEvent, 'type' | 'details'>;
  /** The policy disables the key now. */
  readonly disables?: true;
}

function endNotices({ key }: Watched): Notice[] {
  const endsAt = keyEnd(key);
  if (endsAt === null) return [];
  const cause = endsAt === key.expiresAt ? 'expiry' : 'rotation';
  return NOTICE_DAYS.map((daysLeft) => ({
    kind: 'end',
    at: endsAt - daysLeft * DAY_MS,
    event: { type: 'key.expiring', details: { endsAt, daysLeft, cause } },
  }));
}

const isWatchedForUse = ({ key }: Watched, at: number): boolean => !key.disabled && !hasEnded(keyEnd(key), at);

/** Who changed a key knows of it: it counts as used then. */
const idleSince = ({ key, lastUsedAt }: Watched): number => Math.max(lastUsedAt ?? 0, key.updatedAt);

function idleNotices(watched: Watched): Notice[] {
  const { idleNoticeDays, idleDisableDays } = watched.plan;
  const since = idleSince(watched);
  const disabledAt = idleDisableDays === null ? null : since + idleDisableDays * DAY_MS;
  const notices: Notice[] = [];
  if (idleNoticeDays !== null) {
    const at = since + idleNoticeDays * DAY_MS;
    notices.push({ kind: 'idle', at, event: { type: 'key.idle', details: { unusedSinceAt: since, disabledAt } } });
  }
  if (disabledAt !== null) {
    const event = { type: 'key.idle_disabled', details: { unusedSinceAt: since } } as const;
    notices.push({ kind: 'idle', at: disabledAt, event, disables: true });
  }
  return notices.filter(({ at }) => isWatchedForUse(watched, at));
}

const noticesOf = (watched: Watched): Notice[] =>
  watched.key.revokedAt === null ? [...endNotices(watched), ...idleNotices(watched)] : [];

/**
 * When a key must be looked at next, from a time on; `undefined` if never. A key whose idleness was told is looked at again,
 * as it may have been used and be idle once more.
 */
export function nextDue(watched: Watched, from: number): number | undefined {
  const { key, plan } = watched;
  if (key.revokedAt !== null) return undefined;
  const coming = noticesOf(watched).filter(({ at }) => at >= from);
  const times = coming.map(({ at }) => at);
  const isIdleToCome = coming.some(({ kind }) => kind === 'idle');
  if (plan.idleNoticeDays !== null && !isIdleToCome) {
    const again = from + plan.idleNoticeDays * DAY_MS;
    if (isWatchedForUse(watched, again)) times.push(again);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What is to be told of a key now: of what came due since it was to be looked at, the latest of each kind. */
export function dueNotices(watched: Watched, dueAt: number, now: number): Notice[] {
  const due = noticesOf(watched).filter(({ at }) => at >= dueAt && at <= now);
  const latest = new Map<Notice['kind'], Notice>();
  for (const notice of due) if (notice.at >= (latest.get(notice.kind)?.at ?? 0)) latest.set(notice.kind, notice);
  return [...latest.values()];
}
