import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaymentState } from '../../../lib/billing/provider.ts';
import { type Purchase, settlement } from '../../../lib/billing/settlement.ts';
import { ADA } from '../../support/records.ts';

const payment = (fields: Partial<PaymentState> = {}): PaymentState => ({
  paymentId: 'pi_1',
  order: { orderId: 'o1', email: ADA, pack: 'small', credits: 10_000, amount: 900, currency: 'usd' },
  status: 'paid',
  amount: 900,
  currency: 'usd',
  reversed: 0,
  ...fields,
});

describe('a payment', () => {
  test.each(['pending', 'failed'] as const)('that is %s asks for nothing', (status) => {
    expect(settlement(undefined, payment({ status }), 0)).toBeUndefined();
  });

  test('that is made gives its credits, and then asks for nothing more', () => {
    const first = settlement(undefined, payment(), 0);
    expect(first).toEqual({
      purchase: { credits: 10_000, due: 0, taken: 0 },
      move: { kind: 'purchase', amount: 10_000 },
    });
    expect(settlement(first?.purchase, payment(), 10_000)).toBeUndefined();
  });

  test('that is refunded before it was heard of gives what is left of it', () => {
    expect(settlement(undefined, payment({ reversed: 900 }), 0)).toEqual({
      purchase: { credits: 10_000, due: 10_000, taken: 10_000 },
    });
    expect(settlement(undefined, payment({ reversed: 450 }), 0)?.move).toEqual({ kind: 'purchase', amount: 5_000 });
  });

  const bought: Purchase = { credits: 10_000, due: 0, taken: 0 };

  test('that goes back in part takes a share, in favour of the buyer', () => {
    expect(settlement(bought, payment({ reversed: 1 }), 10_000)).toEqual({
      purchase: { credits: 10_000, due: 11, taken: 11 },
      move: { kind: 'reversal', amount: -11 },
    });
  });

  test('that goes back takes no more than there is, and asks for the rest never again', () => {
    const taken = settlement(bought, payment({ reversed: 900 }), 3_000);
    expect(taken).toEqual({
      purchase: { credits: 10_000, due: 10_000, taken: 3_000 },
      move: { kind: 'reversal', amount: -3_000 },
    });
    expect(settlement(taken?.purchase, payment({ reversed: 900 }), 50_000)).toBeUndefined();
    expect(settlement(taken?.purchase, payment(), 0)).toEqual({
      purchase: bought,
      move: { kind: 'reinstatement', amount: 3_000 },
    });
  });
});

test('whatever comes and goes back, an account is never below 0, and ends where the payment does', () => {
  const step = fc.record({ reversed: fc.nat(900), spends: fc.nat(4_000) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      let left = 0;
      let spent = 0;
      let purchase: Purchase | undefined;
      for (const { reversed, spends } of [...steps, { reversed: 0, spends: 0 }]) {
        const settled = settlement(purchase, payment({ reversed }), left);
        purchase = settled?.purchase ?? purchase;
        left += settled?.move?.amount ?? 0;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(settlement(purchase, payment({ reversed }), left)).toBeUndefined();
        const now = Math.min(left, spends);
        left -= now;
        spent += now;
      }
      // All of it was paid for in the end.
      expect(left + spent).toBe(10_000);
    }),
  );
});
