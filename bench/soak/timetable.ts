/** What is restarted, and how. */
export const RESTARTS = [
  { part: 'engine', signal: 'SIGKILL', awayMs: 2_000 },
  { part: 'gateway', signal: 'SIGTERM', awayMs: 0 },
  { part: 'engine', signal: 'SIGKILL', awayMs: 0 },
  { part: 'gateway', signal: 'SIGKILL', awayMs: 0 },
] as const;

export type Restart = (typeof RESTARTS)[number];

/** When what happens, in milliseconds since the traffic began. */
export interface Timetable {
  readonly restarts: readonly (Restart & { readonly at: number })[];
  /** The traffic goes on at least so long. */
  readonly endsAt: number;
  /** So long at least nothing is restarted before the end, whatever the restarts have taken. */
  readonly quietMs: number;
}

const BETWEEN_MS = 15_000;
/** Each kind of restart must come about; more than ten tell nothing new. */
const LEAST = 2;
const MOST = 10;

/** Restarts in the first half, evenly, and at least two fifths of the time without any. */
export function timetable(minutes: number): Timetable {
  const endsAt = minutes * 60_000;
  const churn = endsAt / 2;
  const count = Math.min(Math.max(Math.floor(endsAt / BETWEEN_MS), LEAST), MOST);
  const restarts = Array.from({ length: count }, (_, index) => ({
    ...(RESTARTS[index % RESTARTS.length] as Restart),
    at: ((index + 0.5) * churn) / count,
  }));
  return { restarts, endsAt, quietMs: endsAt * 0.4 };
}
