import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HotItem } from '../../../lib/accounts/account.ts';
import { PLANS, type Plan } from '../../../lib/accounts/plans.ts';
import { DEFAULT_TERMS } from '../../../lib/metering/call.ts';
import type { Charge } from '../../../lib/metering/charge.ts';
import { decide } from '../../../lib/metering/decide.ts';
import { accountWith, keyWith, NOW } from '../../support/records.ts';

/** What DynamoDB does with charges, as its documentation says: all of them if every bound holds, else none. */
function write(item: HotItem, charges: readonly Charge[]): HotItem | undefined {
  const next: Record<string, string | number> = { ...item };
  const count = (name: string) => Number(item[name] ?? 0);
  for (const charge of charges) {
    const { attribute } = charge;
    if (charge.kind === 'add') {
      if (charge.atMost !== undefined && attribute in item && count(attribute) + charge.amount > charge.atMost) return;
      next[attribute] = count(attribute) + charge.amount;
    } else if (charge.kind === 'take') {
      if (count(attribute) < charge.amount) return;
      next[attribute] = count(attribute) - charge.amount;
    } else if (charge.kind === 'set') next[attribute] = charge.value;
    else delete next[attribute];
  }
  return next;
}

interface Case {
  readonly limits: readonly { limit: number; windowSeconds: number }[];
  readonly planLimit: { limit: number; windowSeconds: number };
  readonly quota: number;
  readonly included: number;
  readonly purchased: number;
  readonly calls: readonly { container: number; wait: number; cost: number; former: boolean }[];
}

const limit = fc.record({ limit: fc.integer({ min: 1, max: 30 }), windowSeconds: fc.constantFrom(1, 2, 10, 60) });
const cases: fc.Arbitrary<Case> = fc.record({
  limits: fc.array(limit, { maxLength: 3 }),
  planLimit: limit,
  quota: fc.integer({ min: 1, max: 60 }),
  included: fc.nat(40),
  purchased: fc.nat(40),
  calls: fc.array(
    fc.record({
      container: fc.nat(7),
      wait: fc.oneof(fc.constant(0), fc.nat(1_500)),
      cost: fc.nat(4),
      former: fc.boolean(),
    }),
    { maxLength: 120 },
  ),
});

/** Slow and obvious: every accepted call is kept in a list, and everything is counted anew for each. */
function model({ limits, planLimit, quota, included, purchased }: Case) {
  const accepted: { at: number; weight: number; cost: number }[] = [];
  return (at: number, cost: number): boolean => {
    const weight = Math.max(1, cost);
    const inWindow = (seconds: number, index: number) =>
      accepted
        .filter((call) => Math.floor(call.at / (seconds * 1_000)) === index)
        .reduce((sum, call) => sum + call.weight, 0);
    const rateFits = [planLimit, ...limits].every((rate) => {
      const length = rate.windowSeconds * 1_000;
      const index = Math.floor(at / length);
      const share = ((index + 1) * length - at) / length;
      const overlap = Math.ceil(inWindow(rate.windowSeconds, index - 1) * share);
      return overlap + inWindow(rate.windowSeconds, index) + weight <= rate.limit;
    });
    const spent = accepted.reduce((sum, call) => sum + call.cost, 0);
    if (!rateFits || accepted.length + 1 > quota || spent + cost > included + purchased) return false;
    accepted.push({ at, weight, cost });
    return true;
  };
}

/** The check's own way, without a database: containers that judge by what each saw last. */
function system({ limits, planLimit, quota, included, purchased }: Case) {
  const plan: Plan = {
    ...PLANS.free,
    rateLimits: [{ name: 'plan', ...planLimit }],
    quota: { limit: quota, period: 'month' },
    includedCredits: included,
  };
  const [secret] = keyWith().secrets;
  const secrets = secret ? [{ ...secret, keyHash: 'former', place: 1, expiresAt: NOW + 86_400_000 }, secret] : [];
  const key = keyWith({ secrets, rateLimits: limits.map((rate, i) => ({ name: `l${i}`, ...rate })) });
  let item: HotItem = { v: 1, k0: 1, n0: 0, c: purchased };
  let writes = 0;
  const seen = new Map<number, { item: HotItem; at: number }>();
  const call = (container: number, now: number, cost: number, former: boolean): boolean => {
    for (let attempt = 0; attempt < 6; attempt++) {
      const snapshot = seen.get(container) ?? { item, at: now };
      const decision = decide({
        now,
        keyHash: former ? 'former' : 'hash',
        ip: '',
        terms: { ...DEFAULT_TERMS, cost },
        key,
        account: accountWith(snapshot.item),
        plan,
        seenAt: snapshot.at,
      });
      if (decision.kind === 'deny') {
        if (!decision.refusal.provisional && now - snapshot.at < 2_000) return false;
        seen.set(container, { item, at: now });
        continue;
      }
      writes++;
      const next = write(item, decision.charges);
      if (next) item = next;
      seen.set(container, { item, at: now });
      if (next) return true;
    }
    throw new Error('the check did not settle');
  };
  return { call, item: () => item, writes: () => writes };
}

test('containers with stale memories, asked with the former or the new secret of a key, accept exactly the calls that a sequential model accepts, in 1,000 cases', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const slow = model(drawn);
      const fast = system(drawn);
      let now = NOW;
      let requests = 0;
      let spent = 0;
      for (const { container, wait, cost, former } of drawn.calls) {
        now += wait;
        const expected = slow(now, cost);
        expect(fast.call(container, now, cost, former)).toBe(expected);
        if (!expected) continue;
        requests += 1;
        spent += cost;
      }
      const item = fast.item();
      const includedSpent = Object.keys(item).find((name) => name.startsWith('I0'));
      expect(item.n0).toBe(requests);
      expect(Number(includedSpent ? item[includedSpent] : 0) + drawn.purchased - Number(item.c)).toBe(spent);
    }),
    { numRuns: 1_000 },
  );
});
