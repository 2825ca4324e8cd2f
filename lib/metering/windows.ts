/**
 * Sliding-window counters: a limit of `n` per `w` seconds counts the calls of this window (aligned to the epoch) and the
 * still overlapping share of the last one, as if those had been spread evenly. Two counters a limit, no list of calls.
 *
 * Source: "How we built rate limiting capable of scaling to millions of domains", Cloudflare 2017, with the share
 * rounded up, so that never more than `n` calls are counted.
 */

/** A limit, and the two counters that a moment sees of it. */
export interface WindowState {
  readonly limit: number;
  readonly windowSeconds: number;
  /** Charged in the last window. */
  readonly previous: number;
  /** Charged in this one. */
  readonly current: number;
}

const millis = (windowSeconds: number): number => windowSeconds * 1_000;

/** The number of the window that a time, in milliseconds since the epoch, falls into. */
export const windowIndex = (windowSeconds: number, now: number): number => Math.floor(now / millis(windowSeconds));

/** When a window begins, in milliseconds since the epoch. */
export const windowStart = (windowSeconds: number, index: number): number => index * millis(windowSeconds);

/** What the last window leaves for this one: the limit less the share of the last window's calls, rounded up. */
export function allowance({ limit, windowSeconds, previous }: Omit<WindowState, 'current'>, now: number): number {
  const length = millis(windowSeconds);
  const left = length - (now % length);
  return limit - Math.ceil((previous * left) / length);
}

/** How many more calls of cost 1 are allowed now. */
export const remaining = (state: WindowState, now: number): number =>
  Math.max(0, allowance(state, now) - state.current);

/** The same limit as a later moment sees it, if nothing more is charged. */
function at(state: WindowState, now: number, later: number): WindowState {
  const passed = windowIndex(state.windowSeconds, later) - windowIndex(state.windowSeconds, now);
  if (passed === 0) return state;
  return { ...state, previous: passed === 1 ? state.current : 0, current: 0 };
}

/** Tells whether a charge fits, at the moment of the state or, if nothing more is charged until then, at a later one. */
export function fits(state: WindowState, cost: number, now: number, later = now): boolean {
  const then = at(state, now, later);
  return then.current + cost <= allowance(then, later);
}

/**
 * The least whole number of seconds after which a charge fits, if nothing else is charged until then: waiting one second
 * less does not do.
 *
 * @returns `undefined` if it never fits, because it costs more than the limit.
 */
export function secondsUntilFits(state: WindowState, cost: number, now: number): number | undefined {
  if (cost > state.limit) return undefined;
  // From now on only shares shrink, so that whatever fits once fits until the window after the next.
  let low = 0;
  let high = 2 * state.windowSeconds;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(state, cost, now, now + middle * 1_000)) high = middle;
    else low = middle + 1;
  }
  return low;
}
