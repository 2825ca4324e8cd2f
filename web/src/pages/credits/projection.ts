import type { Usage } from '../../api/queries.ts';

/** One day's end: credits left, or those that would be. */
export interface Point {
  readonly at: string;
  readonly Left?: number;
  readonly Projected?: number;
}

/** How credits burn down, and the day on which they are gone at this pace. */
export interface BurnDown {
  readonly points: Point[];
  /** Credits a day. */
  readonly pace: number;
  /** Milliseconds since the epoch; `undefined` if they last. */
  readonly goneAt: number | undefined;
}

const DAY = 86_400_000;
/** So many days of the past tell the pace, and no more of the future are drawn. */
const PACE_DAYS = 7;
const AHEAD_DAYS = 14;
/** What lasts longer lasts. */
const LASTS_DAYS = 365;

const label = (ms: number): string =>
  new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(ms);

/**
 * Goes back from what is left now by what each day has spent, and ahead by the pace of the last seven days. Credits that came
 * in between are not known here: the past is the line of what was spent.
 *
 * @param now milliseconds since the epoch.
 */
export function burnDown({ series }: Pick<Usage, 'series'>, left: number, now: number): BurnDown {
  const recent = series.slice(-PACE_DAYS);
  const pace = recent.length === 0 ? 0 : recent.reduce((sum, { credits }) => sum + credits, 0) / recent.length;
  const past: Point[] = [];
  let then = left;
  for (const { at, credits } of [...series].reverse()) {
    past.unshift({ at: label(Date.parse(at)), Left: then });
    then += credits;
  }
  const days = pace > 0 ? left / pace : Number.POSITIVE_INFINITY;
  const ahead = Array.from({ length: AHEAD_DAYS }, (_, day) => ({
    at: label(now + (day + 1) * DAY),
    Projected: Math.max(0, Math.round(left - pace * (day + 1))),
  }));
  const last = past.at(-1);
  const joined = last ? [...past.slice(0, -1), { ...last, Projected: left }] : past;
  return {
    points: pace > 0 ? [...joined, ...ahead] : joined,
    pace,
    goneAt: days <= LASTS_DAYS ? now + days * DAY : undefined,
  };
}
