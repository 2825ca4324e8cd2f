import { expect } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { type LedgerEntry, readLedger } from '../../lib/credits/credits.store.ts';
import type { Database } from '../../lib/store/database.ts';
import { NOW } from './records.ts';

/** All lines of a ledger, oldest first. */
export async function linesOf(db: Database, email: Email, at = NOW): Promise<LedgerEntry[]> {
  const lines: LedgerEntry[] = [];
  let after: string | undefined;
  do {
    const page = await readLedger(db, email, at, { limit: 100, after });
    lines.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  return lines.reverse();
}

/** Every line's balance is the sum of all lines up to it, and none is negative. A ledger begins with what its plan includes. */
export function expectToAddUp({ plans }: Pick<Database, 'plans'>, lines: readonly LedgerEntry[]): void {
  const [first] = lines;
  if (!first) return;
  let included = first.balance.included - first.included;
  expect(Object.values(plans).map((plan) => plan.includedCredits)).toContain(included);
  let purchased = 0;
  for (const line of lines) {
    included += line.included;
    purchased += line.purchased;
    expect(line.balance).toEqual({ included, purchased });
    expect(Math.min(included, purchased)).toBeGreaterThanOrEqual(0);
  }
}
