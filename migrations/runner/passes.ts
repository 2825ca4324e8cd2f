import type { Counts, Direction, Migration } from '../migration.ts';

/** One way through the whole table. */
export type PassName = 'up' | 'verifyUp' | 'down' | 'verifyDown';

/** How a migration stands: on its way, or up and verified. */
export type Standing = PassName | 'done';

/** A place among the passes of one migration. */
export interface Place {
  readonly pass: PassName;
  /** From 1: after a verification that found something amiss the next one begins. */
  readonly round: number;
}

const ROUNDS = 3;

const VERIFIES: Readonly<Record<Direction, PassName>> = { up: 'verifyUp', down: 'verifyDown' };

export const directionOf = (pass: PassName): Direction => (pass === 'up' || pass === 'verifyUp' ? 'up' : 'down');

export const isVerification = (pass: PassName): boolean => pass.startsWith('verify');

/**
 * Where a run begins: where another one has stopped on the same way, else at the beginning. What is up and verified is
 * verified again, as rows may have come since.
 */
export function beginning(
  direction: Direction,
  standing: { readonly pass: Standing; readonly round: number } | undefined,
): Place & { readonly isResumed: boolean } {
  if (!standing) return { pass: direction, round: 1, isResumed: false };
  const { pass, round } = standing;
  if (pass === 'done') return { pass: direction === 'up' ? 'verifyUp' : 'down', round: 1, isResumed: false };
  const isResumed = directionOf(pass) === direction;
  return isResumed ? { pass, round, isResumed } : { pass: direction, round: 1, isResumed };
}

/** What follows a pass: another, or the end, at which all is right or not. */
export function following({ pass, round }: Place, isRight: boolean): Place | 'done' | 'failed' {
  const direction = directionOf(pass);
  if (!isVerification(pass)) return { pass: VERIFIES[direction], round };
  if (isRight) return 'done';
  return round < ROUNDS ? { pass: direction, round: round + 1 } : 'failed';
}

/** What a verification found amiss. */
export const amiss = ({ wrong }: Migration, direction: Direction, counts: Counts): string[] =>
  wrong[direction].filter((name) => (counts[name] ?? 0) > 0);

/** A migration, and which way it is to go. */
export interface Step {
  readonly migration: Migration;
  readonly direction: Direction;
}

/** The way to a level: all migrations up to it, in order; or those above it that are not down, the last first. */
export function stepsTo(
  migrations: readonly Migration[],
  standings: ReadonlyMap<number, Standing>,
  target: number,
): Step[] {
  const down = migrations.filter(({ id }) => id > target && standings.has(id)).reverse();
  const up = migrations.filter(({ id }) => id <= target);
  return [
    ...down.map((migration): Step => ({ migration, direction: 'down' })),
    ...up.map((migration): Step => ({ migration, direction: 'up' })),
  ];
}
