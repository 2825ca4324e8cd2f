const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** One granularity of the counters. */
interface Grain {
  /** What the sort keys of its items begin with. */
  readonly letter: string;
  readonly ms: number;
  /** How long its counters are kept after their period. */
  readonly keptMs: number;
  /** The longest span that is shown by it unless another is asked for: a few hundred points. */
  readonly shownMs: number;
  /** As many characters of an ISO 8601 time name its periods. */
  readonly characters: number;
}

/** From the finest to the coarsest. Periods are of UTC. */
export const GRAINS = {
  minute: { letter: 'm', ms: MINUTE_MS, keptMs: 2 * DAY_MS, shownMs: 6 * HOUR_MS, characters: 16 },
  hour: { letter: 'h', ms: HOUR_MS, keptMs: 90 * DAY_MS, shownMs: 14 * DAY_MS, characters: 13 },
  day: { letter: 'd', ms: DAY_MS, keptMs: 731 * DAY_MS, shownMs: Number.POSITIVE_INFINITY, characters: 10 },
} as const satisfies Record<string, Grain>;

export type Granularity = keyof typeof GRAINS;

export const GRANULARITIES = Object.keys(GRAINS) as Granularity[];

/** The start of the period that a time falls into; both in milliseconds since the epoch. */
export const periodStart = (granularity: Granularity, at: number): number => at - (at % GRAINS[granularity].ms);

/** What the sort keys of a period's items begin with: `d#2026-11-24#`, `h#2026-11-24T03#`, `m#2026-11-24T03:41#`. */
export function periodPrefix(granularity: Granularity, at: number): string {
  const { letter, characters } = GRAINS[granularity];
  return `${letter}#${new Date(at).toISOString().slice(0, characters)}#`;
}
