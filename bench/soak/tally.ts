/** What a client knows of a number that the service has counted: it is not less than `least`, and not more than `most`. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Whether a count may be what it is. */
export const holds = ({ least, most }: Bounds, found: number): boolean => found >= least && found <= most;

/** By how much a count is too small (negative) or too great; 0 where it may be what it is. */
export const driftOf = ({ least, most }: Bounds, found: number): number =>
  found < least ? found - least : Math.max(0, found - most);

/** What became of a call, as far as its caller can know. */
export type Outcome =
  /** It was charged. */
  | 'accepted'
  /** It was refused, and has consumed nothing. */
  | 'refused'
  /** It may have been charged or not: there was no answer, or a failure. */
  | 'unknown'
  /** Nobody has seen it. */
  | 'unsent';

/** What the callers of one key, or of one account, have seen. */
export class Tally {
  /** What accepted calls consumed, and what those may have consumed whose outcome is not known. */
  accepted = 0;
  unknown = 0;
  /** Calls whose line is in a log, or may be; and those of them whose line may be lost. */
  logged = 0;
  maybeLogged = 0;
  atRisk = 0;

  /** @param amount what the call consumes if it is accepted. */
  add(outcome: Outcome, amount = 1): void {
    if (outcome === 'accepted') this.accepted += amount;
    if (outcome === 'unknown') this.unknown += amount;
  }

  /** Notes the line of a call. */
  addLine(outcome: Outcome): void {
    if (outcome === 'unknown') this.maybeLogged += 1;
    else if (outcome !== 'unsent') this.logged += 1;
  }

  /** What the exact counters may show. */
  get charged(): Bounds {
    return { least: this.accepted, most: this.accepted + this.unknown };
  }

  /** What the analytics may show. */
  get recorded(): Bounds {
    return { least: this.logged - this.atRisk, most: this.logged + this.maybeLogged };
  }
}
