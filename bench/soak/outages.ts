import type { Outcome } from './tally.ts';

/** How a call went: what was answered, or why nothing was. Times are in milliseconds. */
export interface Ended {
  readonly beganAt: number;
  readonly endedAt: number;
  /** Absent where there was no answer. */
  readonly status?: number | undefined;
  /** Absent where there was an answer: the code of the error, such as `ECONNREFUSED`. */
  readonly failure?: string | undefined;
}

/** A time in which the engine did certainly not run: from after its end to before its start. */
interface Outage {
  readonly from: number;
  to: number;
}

/** A gateway that has started has its containers still to start, and who lost a connection hears of it late. */
const AROUND_MS = 5_000;

/** When what was away. */
export class Outages {
  readonly #engine: Outage[] = [];
  readonly #restarts: Outage[] = [];

  /** The engine has ended. */
  engineGone(now: number): void {
    this.#engine.push({ from: now, to: Number.POSITIVE_INFINITY });
  }

  /** The engine is about to be started. */
  engineReturns(now: number): void {
    const last = this.#engine.at(-1);
    if (last) last.to = now;
  }

  restartBegins(now: number): void {
    this.#restarts.push({ from: now, to: Number.POSITIVE_INFINITY });
  }

  restartEnds(now: number): void {
    const last = this.#restarts.at(-1);
    if (last) last.to = now + AROUND_MS;
  }

  /** Whether a failure at that time is explained by a restart. */
  explains({ beganAt, endedAt }: Ended): boolean {
    return this.#restarts.some(({ from, to }) => endedAt >= from && beganAt <= to);
  }

  /** What became of a call. One that began and ended while there was no engine has charged nothing. */
  outcomeOf(call: Ended): Outcome {
    const { beganAt, endedAt, status, failure } = call;
    if (status === undefined) return failure === 'ECONNREFUSED' ? 'unsent' : 'unknown';
    if (status < 300) return 'accepted';
    if (status < 500) return 'refused';
    return this.#engine.some(({ from, to }) => beganAt >= from && endedAt <= to) ? 'unsent' : 'unknown';
  }
}
