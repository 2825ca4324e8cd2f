import type { Random } from './random.ts';
import { GROWTH, INCIDENT, type Outcome, type SceneKey, type SceneRoute } from './scene.ts';

/** A call, as the access log tells of it. */
export interface Call {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly keyId: string;
  readonly route: string;
  readonly status: number;
  /** What the check said. */
  readonly code: string;
  readonly credits: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly userAgent: string;
}

/** A key that was made, and its part in the scene. */
export interface MadeKey {
  readonly keyId: string;
  readonly scene: SceneKey;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Counters by minute are kept for two days; of calls before, one minute of each hour stands for all. */
const MINUTES_MATTER_MS = 2 * DAY_MS;

const isWeekend = (at: number): boolean => [0, 6].includes(new Date(at).getUTCDay());

/** The hours of some days until now, each with its start; the last is not over. */
export function hoursUntil(now: number, days: number): number[] {
  const last = now - (now % HOUR_MS);
  return Array.from({ length: days * 24 }, (_, i) => last - (days * 24 - 1 - i) * HOUR_MS);
}

/** The calls of one hour that were made until now, in order. */
export function callsIn(hour: number, now: number, keys: readonly MadeKey[], random: Random): Call[] {
  const elapsed = Math.min(HOUR_MS, now - hour);
  const isOld = now - hour > MINUTES_MATTER_MS;
  return keys
    .flatMap(({ keyId, scene }) => {
      if (now - hour < (scene.silentDays ?? 0) * DAY_MS) return [];
      const count = random.poisson((callsOf(scene, hour, now) * elapsed) / HOUR_MS);
      return Array.from({ length: count }, () => {
        const at = hour + Math.floor(random.next() * (isOld ? 60_000 : elapsed));
        return call(at, now, keyId, scene, random);
      });
    })
    .sort((a, b) => a.at - b.at);
}

/** How many calls of a key an hour has on average. */
function callsOf(scene: SceneKey, hour: number, now: number): number {
  const share = scene.day(new Date(hour).getUTCHours()) * (isWeekend(hour) ? scene.weekend : 1);
  return scene.perHour * share * GROWTH ** (-(now - hour) / (30 * DAY_MS));
}

function isIncident(at: number, now: number): boolean {
  const day = new Date(now - INCIDENT.daysAgo * DAY_MS).toISOString().slice(0, 10);
  const hour = new Date(at).getUTCHours();
  return new Date(at).toISOString().startsWith(day) && hour >= INCIDENT.fromHour && hour < INCIDENT.toHour;
}

function call(at: number, now: number, keyId: string, scene: SceneKey, random: Random): Call {
  const hit = isIncident(at, now);
  const chosen = random.pick(scene.routes);
  const { status, code = 'allowed' } = outcomeOf(scene.outcomes, chosen.route, hit, random);
  const base = { at, keyId, route: chosen.route, status, code, userAgent: scene.userAgent };
  if (code !== 'allowed') return { ...base, credits: 0, latency: 2 + Math.floor(random.next() * 4) };
  // Credits of a call that failed are given back.
  const credits = status >= 500 ? 0 : chosen.credits;
  return { ...base, credits, latency: Math.round(latencyOf(chosen, random) * (hit ? INCIDENT.slowness : 1)) };
}

function outcomeOf(outcomes: readonly Outcome[], route: string, hit: boolean, random: Random): Omit<Outcome, 'share'> {
  if (hit && random.next() < INCIDENT.failures) return { status: 503 };
  const success = { status: route === 'POST /api/orders' ? 201 : 200, share: 1 };
  for (const { share } of outcomes) success.share -= share;
  return random.pick([...outcomes, success].map((outcome) => ({ ...outcome, weight: outcome.share })));
}

/** Log-normal: most near the median, some far above. */
const latencyOf = ({ median, spread }: SceneRoute, random: Random): number =>
  Math.max(1, median * Math.exp(spread * random.normal()));
