import type { Database } from '../store/database.ts';
import { type CallRequest, callOn, secretEndOf } from './call.ts';
import { decide, explain, type Outcome } from './decide.ts';
import { createMemory } from './memory.ts';
import { findPresented, type PresentedOptions } from './presented.ts';
import { standingOf } from './standing.ts';
import { GONE, UNKNOWN, type Verdict } from './verdict.ts';

/** What a call would be answered, and what each check says of it. */
export interface Inspection {
  readonly verdict: Verdict;
  /** Whether the key is known comes first; of one that is not, there is no more to say. */
  readonly checks: readonly Outcome[];
}

const isKnown = (verdict: Verdict): Outcome =>
  verdict.allowed ? { check: 'known', passed: true } : { check: 'known', passed: false, code: verdict.refusal.code };

const lost = (verdict: Verdict): Inspection => ({ verdict, checks: [isKnown(verdict)] });

/**
 * Judges a call as `createCheck` would, from the tables as they are, and charges nothing. DynamoDB calls: garbage none, an
 * unknown key 1, a known one 2.
 *
 * @param clock milliseconds since the epoch.
 */
export async function inspect(
  db: Database,
  clock: () => number,
  presented: unknown,
  request: CallRequest = {},
  options: PresentedOptions = {},
): Promise<Inspection> {
  const memory = createMemory(db, clock);
  const presentedKey = await findPresented(memory, presented, options);
  if (!presentedKey) return lost(UNKNOWN);
  const { keyHash, owner } = presentedKey;
  const sight = await memory.see(owner);
  if (!sight) return lost(GONE);

  const call = callOn(sight, keyHash, request, sight.at, db.plans);
  const decision = decide(call);
  const found = { key: sight.key, standing: standingOf(call) };
  const verdict: Verdict =
    decision.kind === 'allow'
      ? { allowed: true, ...found, secretEndsAt: secretEndOf(call) }
      : { allowed: false, refusal: decision.refusal, ...found };
  return { verdict, checks: [{ check: 'known', passed: true }, ...explain(call)] };
}
