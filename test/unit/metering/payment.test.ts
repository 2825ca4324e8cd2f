import { expect, test } from 'vitest';
import { DEFAULT_TERMS } from '../../../lib/metering/call.ts';
import { decide } from '../../../lib/metering/decide.ts';
import { type Payment, paymentOf } from '../../../lib/metering/payment.ts';
import { accountWith, callWith } from '../../support/records.ts';

const MONTH = `I0${(2026 * 12 + 10).toString(36)}`;

/** What a call of that cost pays on the free plan, of which so many credits are spent, with so many purchased. */
function pays(cost: number, spent: number, purchased: number): Payment | undefined {
  const account = accountWith({ v: 1, k0: 1, n0: 0, [MONTH]: spent, c: purchased });
  const decision = decide(callWith({ account, terms: { ...DEFAULT_TERMS, cost } }));
  return paymentOf(decision.kind === 'allow' ? decision.charges : [], {
    attribute: 'm0',
    value: 'abcd1',
    over: { kind: 'nothing' },
  });
}

test.each<[string, [number, number, number], Omit<Payment, 'id'> | undefined]>([
  ['included credits', [5, 0, 9], { included: 5, month: MONTH, purchased: 0 }],
  ['purchased credits, once the included ones are spent', [5, 10_000, 9], { included: 0, month: '', purchased: 5 }],
  ['both, where the included ones do not suffice', [5, 9_998, 9], { included: 2, month: MONTH, purchased: 3 }],
  ['nothing on a free route', [0, 10_000, 0], undefined],
])('a call pays from %s', (_, state, expected) => {
  expect(pays(...state)).toEqual(expected && { id: 'abcd1', ...expected });
});
