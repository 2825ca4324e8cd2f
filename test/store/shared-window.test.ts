import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cell, hot } from '../../lib/accounts/account.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import { newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { madeKey, newUser, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

const LIMIT = PLANS.pro.rateLimits[0]?.limit ?? expect.fail();
const MINUTE = windowIndex(60, NOW);

describeOnAnEngine('ten keys of one account, hammered together', (store) => {
  test.each([
    { title: 'by four containers', containers: 4, charged: LIMIT - 60, last: 0, cost: 1, later: 0 },
    { title: 'by eight containers', containers: 8, charged: LIMIT - 100, last: 0, cost: 1, later: 0 },
    { title: 'at a cost that does not divide what is left', containers: 8, charged: 0, last: 0, cost: 70, later: 0 },
    { title: 'half a minute after a full one', containers: 6, charged: 0, last: LIMIT, cost: 50, later: 30_000 },
    { title: 'when nothing is left', containers: 8, charged: LIMIT, last: 0, cost: 1, later: 0 },
  ])('$title, are let in exactly as often as the plan’s one window leaves', async (setting) => {
    const { containers: count, charged, last, cost, later } = setting;
    const db = store.connect();
    const email = newUser();
    await startOnPlan(db, email, 'pro');
    const keys: Awaited<ReturnType<typeof madeKey>>[] = [];
    while (keys.length < PLANS.pro.keys) keys.push(await madeKey(db, email));
    const window = cell(hot.planWindow(0), MINUTE);
    await setHot(db, email, { [window]: charged, [cell(hot.planWindow(0), MINUTE - 1)]: last });

    const accepted = keys.map(() => 0);
    const work = async (_: unknown, worker: number) => {
      const container = newContainer(store);
      container.now = NOW + later;
      // Two rounds more than all of what is left, were it shared evenly.
      for (let call = 0; call < 200 / count; call++) {
        const index = (worker + call) % keys.length;
        const verdict = await container.check(keys[index]?.secret, { terms: { ...DEFAULT_TERMS, cost } });
        if (verdict.allowed) accepted[index] = (accepted[index] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: count }, work));

    // Of a full last minute, half counts 30 s into this one.
    const room = LIMIT - charged - last * (1 - later / 60_000);
    const sum = accepted.reduce((total, of) => total + of);
    expect(sum).toBe(Math.floor(room / cost));
    const { item } = await readAccount(db, email);
    expect(keys.map(({ key }) => item[hot.requests(key.slot ?? expect.fail())])).toEqual(accepted);
    expect(item[window]).toBe(charged + sum * cost);
  });
});
