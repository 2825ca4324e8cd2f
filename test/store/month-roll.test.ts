import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { countAt, hot } from '../../lib/accounts/account.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import { newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { describeOnEngines } from '../support/store.ts';

const DECEMBER = Date.UTC(2026, 11, 1);
const BEFORE = DECEMBER - 1;
const { includedCredits } = PLANS.free;

describeOnEngines('a month that ends while 64 callers call', (store) => {
  test('has its included credits, and the next one has all of its own, once; purchased ones are kept', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email, { at: DECEMBER - 86_400_000 });
    const left = 40;
    await setHot(db, email, { [spentThisMonth(BEFORE)]: includedCredits - left, c: 5 });

    // Each caller's clock steps over the boundary between two calls, at its own turn.
    const counts = { before: 0, after: 0, refusedBefore: 0, refusedAfter: 0 };
    const callers = Array.from({ length: 64 }, async (_, caller) => {
      const container = newContainer(store);
      for (let call = 0; call < 4; call++) {
        const isAfter = call >= 1 + (caller % 3);
        container.now = isAfter ? DECEMBER + call : BEFORE;
        const verdict = await container.check(secret);
        if (isAfter) counts[verdict.allowed ? 'after' : 'refusedAfter'] += 1;
        else counts[verdict.allowed ? 'before' : 'refusedBefore'] += 1;
      }
    });
    await Promise.all(callers);

    const account = await readAccount(db, email);
    const spentBefore = countAt(account, spentThisMonth(BEFORE)) - (includedCredits - left);
    const spentAfter = countAt(account, spentThisMonth(DECEMBER));
    const purchasedSpent = countAt(account, hot.purchasedSpent);
    // Time of an account never goes back: a call that comes after another's step is of the new month.
    expect(spentBefore + spentAfter + purchasedSpent).toBe(counts.before + counts.after);
    expect(spentBefore).toBeLessThanOrEqual(left);
    expect(spentAfter).toBeGreaterThanOrEqual(counts.after);
    expect(counts.refusedAfter).toBe(0);
    expect(countAt(account, hot.purchasedCredits) + purchasedSpent).toBe(5);
    // Nobody is refused before all of the old month is spent.
    if (counts.refusedBefore > 0) expect([spentBefore, purchasedSpent]).toEqual([left, 5]);
  });
});
