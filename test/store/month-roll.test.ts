import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cell, countAt, hot } from '../../lib/accounts/account.ts';
import { rollUp } from '../../lib/credits/roll-up.store.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import type { Verdict } from '../../lib/metering/verdict.ts';
import { StoreUnavailable } from '../../lib/store/unavailable.ts';
import { type Container, newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { expectToAddUp, linesOf } from '../support/ledger.ts';
import { SMALL_PLANS, withPlans } from '../support/small-plans.ts';
import { describeOnAnEngine } from '../support/store.ts';

const CALLERS = 64;
const DECEMBER = Date.UTC(2026, 11, 1);
const BEFORE = DECEMBER - 1;
const INCLUDED = 100;
const LEFT = 40;
const PURCHASED = 5;
/** So many calls are begun before the month is over; what is left of it is more. */
const TURN = 30;

/** A container that answers 16 calls at once, as none of Lambda's does, may get in its own way and say 503: then the caller asks again. */
async function answerOf(container: Container, secret: Secret): Promise<Verdict> {
  for (;;) {
    try {
      return await container.check(secret);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

describeOnAnEngine('a month that ends while 64 callers call 4 containers', (given) => {
  const store = withPlans(given, { free: { ...SMALL_PLANS.free, includedCredits: INCLUDED } });

  test('is followed by exactly the included credits of the next; nobody is refused before, and no call counts in both', async () => {
    const db = store.connect();
    const email = newUser();
    const { secret } = await madeKey(db, email, { at: DECEMBER - 86_400_000 });
    await setHot(db, email, { [spentThisMonth(BEFORE)]: INCLUDED - LEFT, c: PURCHASED });
    const fleet = Array.from({ length: 4 }, () => Object.assign(newContainer(store), { now: BEFORE }));

    let begun = 0;
    const verdicts: Verdict[] = [];
    const call = async (count: number) => {
      const last = begun + count;
      const caller = async () => {
        while (begun < last) {
          // The clock stands still, and steps over the boundary while calls are under way.
          if (begun === TURN) for (const container of fleet) container.now = DECEMBER;
          verdicts.push(await answerOf(fleet[begun++ % fleet.length] as Container, secret));
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, caller));
    };
    const accepted = () => verdicts.filter(({ allowed }) => allowed).length;

    // No more than there is, should all of them be of the new month.
    await call(INCLUDED + PURCHASED);
    expect(accepted()).toBe(INCLUDED + PURCHASED);
    // As many again as those that the old month has paid, and no more.
    await call(CALLERS);

    const paid = verdicts.flatMap((verdict) => (verdict.allowed && verdict.payment ? [verdict.payment] : []));
    const paidBy = (at: number) => paid.filter(({ month }) => month === spentThisMonth(at)).length;
    const account = await readAccount(db, email);
    expect(paidBy(BEFORE)).toBeLessThanOrEqual(TURN);
    expect(countAt(account, spentThisMonth(BEFORE))).toBe(INCLUDED - LEFT + paidBy(BEFORE));
    expect([paidBy(DECEMBER), countAt(account, spentThisMonth(DECEMBER))]).toEqual([INCLUDED, INCLUDED]);
    expect([countAt(account, hot.purchasedCredits), countAt(account, hot.purchasedSpent)]).toEqual([0, PURCHASED]);
    expect(accepted()).toBe(paidBy(BEFORE) + INCLUDED + PURCHASED);
    // So does the quota begin anew.
    const quota = cell(hot.accountQuota('month'), periodIndex('month', DECEMBER));
    expect(countAt(account, quota)).toBe(INCLUDED + PURCHASED);

    await rollUp(db, email, DECEMBER, DECEMBER + 1);
    const lines = await linesOf(db, email, DECEMBER);
    expectToAddUp(db, lines);
    expect(lines.at(-1)?.balance).toEqual({ included: 0, purchased: 0 });
  });
});
