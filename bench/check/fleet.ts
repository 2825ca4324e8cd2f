import { setTimeout as wait } from 'node:timers/promises';
import { type Check, createCheck } from '../../lib/metering/check.ts';
import { connect } from '../support/engine.ts';
import type { Holder } from '../support/holder.ts';
import { keepLedger, type Ledger, takeLedger } from './ledger.ts';
import { delay, intercept } from './network.ts';

/** One warm container, which answers one call at a time. */
export interface Container {
  readonly check: Check;
  /** What it has asked of DynamoDB since it was warm. */
  readonly ledger: Ledger;
  close(): void;
}

export interface FleetOptions {
  readonly endpoint: string;
  readonly containers: number;
  /** Added to each round trip. @default 0 */
  readonly roundTripMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/** Containers that know a key: each has its own connection and memory. */
export async function warmFleet(
  { endpoint, containers, roundTripMs = 0, clock = Date.now }: FleetOptions,
  { secret }: Holder,
): Promise<Container[]> {
  const fleet: Container[] = [];
  for (let number = 0; number < containers; number++) {
    const db = connect(endpoint);
    if (roundTripMs > 0) intercept(db.client, delay(roundTripMs));
    const ledger = keepLedger(db.client);
    const check = createCheck(db, clock, number.toString(36).padStart(6, '0'));
    await check(secret);
    takeLedger(ledger);
    fleet.push({ check, ledger, close: () => db.client.destroy() });
  }
  return fleet;
}

/** Calls as they come from many people: at random, and independent of each other (exponential gaps). */
export interface Traffic {
  /** Milliseconds, the mean. */
  readonly gap: number;
  /** When it ends, by `performance.now()`. */
  readonly until: number;
}

/**
 * Sends one container its share of calls. A call that comes while another is answered waits.
 *
 * @returns for each call, whether it was allowed.
 */
export async function callAtRandom(check: Check, { secret }: Holder, { gap, until }: Traffic): Promise<boolean[]> {
  const answers: boolean[] = [];
  const nextGap = () => -gap * Math.log(1 - Math.random());
  for (let at = performance.now() + nextGap(); at < until; at += nextGap()) {
    const early = at - performance.now();
    if (early > 0) await wait(early);
    answers.push((await check(secret)).allowed);
  }
  return answers;
}
