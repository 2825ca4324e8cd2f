import type { Outcome, Tally } from './tally.ts';

/** So long a line may be in the gateway's memory: half a second to collect others, then on its way to the function. */
const AT_RISK_MS = 10_000;

/** The lines that calls have left in the logs, and which of them a killed gateway may have taken along. */
export class Lines {
  readonly #recent: { readonly tally: Tally; readonly at: number }[] = [];
  #isKilled = false;

  add(tally: Tally, outcome: Outcome, at: number): void {
    tally.addLine(outcome);
    if (outcome === 'unsent' || outcome === 'unknown') return;
    if (this.#isKilled) tally.atRisk += 1;
    else this.#recent.push({ tally, at });
    while ((this.#recent[0]?.at ?? at) < at - AT_RISK_MS) this.#recent.shift();
  }

  /** The gateway is killed: what it has answered last may never be recorded, nor what is heard of it from now on. */
  gatewayKilled(now: number): void {
    for (const { tally, at } of this.#recent.splice(0)) if (at >= now - AT_RISK_MS) tally.atRisk += 1;
    this.#isKilled = true;
  }

  /** A new one answers. */
  gatewayReady(): void {
    this.#isKilled = false;
  }
}
