import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newUser } from '../support/keys.ts';
import { describeOnAnEngine } from '../support/store.ts';
import { kindsOf, openTill, purchased } from '../support/till.ts';

const till = openTill();

describeOnAnEngine('a payment', (store) => {
  test('is credited once, however often, in whatever order, by however many at once and with a crash wherever', async () => {
    const email = newUser();
    const db = store.connect();
    const plan = fc.record({
      payments: fc.integer({ min: 1, max: 2 }),
      back: fc.constantFrom('nothing', 'refund', 'dispute', 'dispute won'),
      times: fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
      crashAt: fc.array(fc.record({ call: fc.nat(60), isDone: fc.boolean() }), { maxLength: 10 }),
      order: fc.infiniteStream(fc.nat(1_000)),
    });
    let expected = 0;
    await fc.assert(
      fc.asyncProperty(plan, async ({ payments: count, back, times, crashAt, order }) => {
        for (let one = 0; one < count; one++) {
          const intent = till.payments.pay(await till.checkout(db, email));
          expected += 10_000;
          if (one > 0 || back === 'nothing') continue;
          if (back === 'refund') till.payments.refund(intent, 450);
          const dispute = back === 'refund' ? undefined : till.payments.dispute(intent);
          if (dispute && back === 'dispute won') till.payments.closeDispute(dispute, 'won');
          if (back !== 'dispute won') expected -= back === 'refund' ? 5_000 : 10_000;
        }
        const told = till
          .newNotices()
          .flatMap((notice) => Array.from({ length: times.next().value ?? 1 }, () => notice));
        const queue = told
          .map((notice) => ({ notice, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ notice }) => notice);
        // Before or after the store has done what it was asked.
        let call = 0;
        const crashes = new Map(crashAt.map((crash) => [crash.call, crash.isDone]));
        const crashing = store.connect(async (_, proceed) => {
          const isDone = crashes.get(call++);
          if (isDone === undefined) return proceed();
          if (isDone) await proceed();
          throw new Error('crash');
        });
        const worker = async () => {
          for (let notice = queue.shift(); notice; notice = queue.shift()) {
            // What was not taken is sent again.
            const given = notice;
            await till.take(crashing, given).catch(() => queue.push(given));
          }
        };
        await Promise.all(Array.from({ length: 8 }, worker));
        expect(await purchased(db, email)).toBe(expected);
      }),
      { numRuns: 8 },
    );
    const sum = (await kindsOf(db, email)).reduce((total, [, amount]) => total + amount, 0);
    expect(sum).toBe(expected);
  }, 60_000);

  test.each([
    ['before', false],
    ['after', true],
  ])(
    'is credited once, and a refund taken back once, if cut off %s any store call and sent again',
    async (_, isDone) => {
      const db = store.connect();
      let isCut = true;
      let cuts = 0;
      for (; isCut; cuts++) {
        isCut = false;
        let call = 0;
        const crashing = store.connect(async (__, proceed) => {
          if (call++ !== cuts) return proceed();
          isCut = true;
          if (isDone) await proceed();
          throw new Error('crash');
        });
        const email = newUser();
        const intent = till.payments.pay(await till.checkout(db, email));
        const tellAll = async () => {
          for (const notice of till.newNotices()) {
            await till.take(crashing, notice).catch(() => till.take(db, notice));
          }
        };
        await tellAll();
        till.payments.refund(intent, 450);
        await tellAll();
        expect(await kindsOf(db, email)).toEqual([
          ['purchase', 10_000],
          ['reversal', -5_000],
        ]);
        expect(await purchased(db, email)).toBe(5_000);
      }
      // Both are written by more than a call or two: none was left out.
      expect(cuts).toBeGreaterThan(10);
    },
  );
});
