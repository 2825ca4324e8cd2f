import { readAccount } from '../../lib/accounts/account.store.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { balanceOf } from '../../lib/metering/credits.ts';
import { connect } from '../support/engine.ts';
import { newHolder } from '../support/holder.ts';
import { warmFleet } from './fleet.ts';

/** More callers at once than a limit lets through. */
export const BURST = { limit: 50, callers: 64 } as const;

/** What all of them together got. */
export interface BurstOutcome {
  readonly accepted: number;
  /** Credits; the peer's `remaining`. */
  readonly creditsTaken: number;
}

/** The clock stands still in the middle of a month; the containers are warm by calls of windows that are over. */
const NOW = Date.UTC(2026, 10, 23, 12, 0, 30);
const BEFORE = NOW - 180_000;

/** Each caller has a container of its own. */
export async function checkBurst(endpoint: string): Promise<BurstOutcome> {
  const db = connect(endpoint);
  const rateLimits = [{ name: 'own', limit: BURST.limit, windowSeconds: 60 }];
  const holder = await newHolder(db, { plan: 'scale', rateLimits, at: BEFORE });
  let now = BEFORE;
  const fleet = await warmFleet({ endpoint, containers: BURST.callers, clock: () => now }, holder);
  now = NOW;

  const balance = async () =>
    balanceOf({ account: await readAccount(db, holder.key.email), plan: PLANS.scale, now }).included;
  const before = await balance();
  const answers = await Promise.all(fleet.map(({ check }) => check(holder.secret)));
  const outcome = {
    accepted: answers.filter(({ allowed }) => allowed).length,
    creditsTaken: before - (await balance()),
  };
  for (const container of fleet) container.close();
  db.client.destroy();
  return outcome;
}
