/** A key that a month of calls is made by. */
export interface DemoKey {
  readonly keyId: string;
  /** How many of all calls are its. */
  readonly share: number;
}

/** One call as it was answered, by what the access log tells of it. */
export interface DemoCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly route: string;
  readonly status: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly keyId: string;
  readonly code: string;
  readonly credits: number;
}

interface Route {
  readonly route: string;
  readonly share: number;
  /** Half of its calls are faster, in milliseconds. */
  readonly median: number;
  readonly cost: number;
  readonly errorRate: number;
}

const ROUTES: readonly Route[] = [
  { route: 'GET /api/orders/{id}', share: 0.42, median: 38, cost: 1, errorRate: 0.002 },
  { route: 'GET /api/products', share: 0.3, median: 64, cost: 1, errorRate: 0.001 },
  { route: 'POST /api/orders', share: 0.14, median: 130, cost: 5, errorRate: 0.012 },
  { route: 'GET /api/search', share: 0.1, median: 210, cost: 2, errorRate: 0.006 },
  { route: 'POST /api/reports', share: 0.04, median: 900, cost: 10, errorRate: 0.03 },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKEND = 0.45;
/** Of the calls that the check refuses, most are too many at once. */
const REFUSALS = [
  { status: 429, code: 'rate_limited', share: 0.012 },
  { status: 403, code: 'scope_denied', share: 0.003 },
];

/** How busy a moment is, in the middle of the day most: from 0 to 1. */
export function busyness(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const curve = 0.15 + 0.85 * Math.max(0, Math.sin(((hour - 6) / 15) * Math.PI)) ** 1.5;
  const day = date.getUTCDay();
  return hour >= 6 && hour <= 21 ? curve * (day === 0 || day === 6 ? WEEKEND : 1) : 0.12;
}

/** One of some parts, by their shares. */
function pick<Part extends { readonly share: number }>(parts: readonly Part[], drawn: number): Part {
  let left = drawn * parts.reduce((sum, { share }) => sum + share, 0);
  for (const part of parts) {
    left -= part.share;
    if (left < 0) return part;
  }
  return parts.at(-1) as Part;
}

/** A latency whose half is below the median, with a long tail (log-normal). */
function latencyOf(median: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(median * Math.exp(normal * 0.5)));
}

function callAt(at: number, keys: readonly DemoKey[], random: () => number): DemoCall {
  const { keyId } = pick(keys, random());
  const { route, median, cost, errorRate } = pick(ROUTES, random());
  const drawn = random();
  let least = 0;
  for (const { status, code, share } of REFUSALS) {
    least += share;
    if (drawn < least) return { at, route, status, latency: 3, keyId, code, credits: 0 };
  }
  const fails = random() < errorRate;
  const status = fails ? 503 : random() < 0.02 ? 404 : 200;
  const latency = latencyOf(fails ? median * 4 : median, random);
  return { at, route, status, latency, keyId, code: 'allowed', credits: fails ? 0 : cost };
}

/** What a month is to look like. */
export interface TrafficOptions {
  readonly keys: readonly DemoKey[];
  /** Milliseconds since the epoch: from the one up to the other. */
  readonly from: number;
  readonly to: number;
  /** Calls of a busy working day. */
  readonly perDay: number;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

/** A believable stretch of calls, the oldest first, an hour at a time. */
export function* traffic({ keys, from, to, perDay, random }: TrafficOptions): Generator<DemoCall[]> {
  const perHour = (perDay / DAY_MS) * HOUR_MS * 1.8;
  for (let start = from; start < to; start += HOUR_MS) {
    const length = Math.min(HOUR_MS, to - start);
    const count = Math.round(perHour * busyness(start) * (0.8 + 0.4 * random()) * (length / HOUR_MS));
    const times = Array.from({ length: count }, () => start + Math.floor(random() * length)).sort((a, b) => a - b);
    yield times.map((at) => callAt(at, keys, random));
  }
}
