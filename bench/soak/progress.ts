const clock = (milliseconds: number): string =>
  `${Math.floor(milliseconds / 60_000)}:${String(Math.floor(milliseconds / 1_000) % 60).padStart(2, '0')}`;

/**
 * How far a soak is, in a line.
 *
 * @param totalMs how long it takes.
 * @param what has happened so far.
 */
export const soakProgress = (doneMs: number, totalMs: number, what: string): string =>
  `${clock(doneMs)} of ${clock(totalMs)}: ${what}`;
