import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cell, hot, type Slot } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import { isUnavailable } from '../../lib/store/unavailable.ts';
import { casesOf } from '../support/cases.ts';
import { type Container, newContainer, warmContainer } from '../support/container.ts';
import { drawFates, faultyStore, seeded } from '../support/faults.ts';
import { setHot } from '../support/hot-item.ts';
import { changeKey, madeKey, newUser, startOnPlan, totals } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine, type Intercept, type Store } from '../support/store.ts';

const CONTAINERS = 8;
const PURCHASED = 1_000_000;
const SPENT = cell(hot.includedSpent, periodIndex('month', NOW));

// The SDK waits a random time of up to a second before it repeats a throttled request: here it draws none.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A key under every kind of limit, whose account has so many included credits left, and purchased ones. */
async function limitedKey(store: Store, { limit, quota, included }: Record<'limit' | 'quota' | 'included', number>) {
  const db = store.connect();
  const email = newUser();
  await startOnPlan(db, email, 'scale');
  const { key, secret } = await madeKey(db, email);
  await changeKey(db, key, {
    rateLimits: [{ name: 'own', limit, windowSeconds: 60 }],
    quota: { limit: quota, period: 'day' },
  });
  await setHot(db, email, { [SPENT]: PLANS.scale.includedCredits - included, [hot.purchasedCredits]: PURCHASED });
  return { email, secret, slot: key.slot ?? expect.fail() };
}

/** Every counter and balance that a call is charged to, as the account holds it. */
async function charged(store: Store, email: Email, slot: Slot, included: number) {
  const { item } = await readAccount(store.connect(), email);
  const at = (name: string) => Number(item[name] ?? 0);
  const minute = windowIndex(60, NOW);
  return {
    requests: at(hot.requests(slot)),
    quota: at(cell(hot.keyQuota(slot, 'day'), periodIndex('day', NOW))),
    planWindow: at(cell(hot.planWindow(0), minute)),
    keyWindow: at(cell(hot.keyWindow(slot, 0), minute)),
    credits: at(SPENT) - (PLANS.scale.includedCredits - included) + (PURCHASED - at(hot.purchasedCredits)),
    purchasedLeft: at(hot.purchasedCredits),
  };
}

/** Calls of cost 1, 2 and 3 by several containers at once, each of which makes one call at a time, as Lambda's do. */
async function hammer(containers: readonly Container[], secret: Secret, calls: number) {
  const outcome = { accepted: 0, cost: 0, refused: 0, threw: 0, errors: [] as unknown[] };
  let next = 0;
  const work = async (container: Container) => {
    while (next < calls) {
      const cost = 1 + (next++ % 3);
      try {
        const { allowed } = await container.check(secret, { terms: { ...DEFAULT_TERMS, cost } });
        if (allowed) outcome.cost += cost;
        outcome[allowed ? 'accepted' : 'refused']++;
      } catch (error) {
        outcome.threw++;
        outcome.errors.push(error);
      }
    }
  };
  await Promise.all(containers.map(work));
  return outcome;
}

/** As many calls as the fault injection asks for; fewer on a second engine, which is there to agree with the first. */
async function callsOn(store: Store): Promise<number> {
  const endpoint = await store.connect().client.config.endpoint?.();
  const [first] = inject('engines');
  return first && endpoint?.port === Number(new URL(first.endpoint).port)
    ? casesOf({ promised: 10_000, usual: 3_000 })
    : casesOf({ promised: 2_000, usual: 1_000 });
}

describeOnAnEngine('with faults on the network', (store) => {
  test('5 % of the answers lost, 5 % delayed, 5 % throttled: eight containers are charged what they accepted, to the unit', async () => {
    const calls = await callsOn(store);
    const included = calls / 2;
    const { email, secret, slot } = await limitedKey(store, {
      limit: 1.9 * calls,
      quota: 0.98 * calls,
      included,
    });
    const shares = { lost: 0.05, delayed: 0.05, throttled: 0.05 };
    let seed = 0;
    // The SDK asks twice and the check asks the SDK twice: a call of which three requests fail is still answered.
    const faulty = faultyStore(store, () => drawFates(seeded(++seed), shares, 3));
    const containers = Array.from({ length: CONTAINERS }, () => newContainer(faulty));
    const { accepted, cost, refused, threw } = await hammer(containers, secret, calls);

    expect({ threw, calls: accepted + refused }).toEqual({ threw: 0, calls });
    expect(refused).toBeGreaterThan(0);
    expect(await charged(store, email, slot, included)).toEqual({
      requests: accepted,
      quota: accepted,
      planWindow: cost,
      keyWindow: cost,
      credits: cost,
      purchasedLeft: PURCHASED - (cost - included),
    });
    const { answered, ...faults } = faulty.tally;
    for (const count of Object.values(faults)) expect(count / (answered + count)).toBeGreaterThan(0.03);
  });

  test('so many that some checks are never answered: these alone may be charged and not accepted, and whole', async () => {
    const [calls, included] = [300, 150];
    const { email, secret, slot } = await limitedKey(store, { limit: 5_000, quota: 5_000, included });
    const shares = { lost: 0.3, delayed: 0.05, throttled: 0.3 };
    let seed = 100;
    const faulty = faultyStore(store, () => drawFates(seeded(++seed), shares));
    const containers = Array.from({ length: CONTAINERS }, () => newContainer(faulty));
    const { accepted, cost, refused, threw, errors } = await hammer(containers, secret, calls);

    expect({ refused, calls: accepted + threw }).toEqual({ refused: 0, calls });
    expect(threw).toBeGreaterThan(0);
    expect(errors.every(isUnavailable)).toBe(true);
    const { requests, quota, planWindow, keyWindow, credits } = await charged(store, email, slot, included);
    expect(requests - accepted).toBeGreaterThanOrEqual(0);
    expect(requests - accepted).toBeLessThanOrEqual(threw);
    expect(credits - cost).toBeLessThanOrEqual(3 * (requests - accepted));
    expect({ quota, planWindow, keyWindow }).toEqual({ quota: requests, planWindow: credits, keyWindow: credits });
  });
});

/** Loses the answers of a container's charges when told to, and lets something happen before the charge is repeated. */
function losing(): { intercept: Intercept; next: (() => Promise<unknown>) | undefined } {
  const fault: ReturnType<typeof losing> = {
    next: undefined,
    intercept: async (command, proceed) => {
      const output = await proceed();
      const { next } = fault;
      if (command !== 'UpdateItem' || !next) return output;
      fault.next = undefined;
      await next();
      throw Object.assign(new Error('the answer did not come in time'), { name: 'TimeoutError' });
    },
  };
  return fault;
}

describeOnAnEngine('a charge whose answer was lost', (store) => {
  /** Containers that came one after another, each of which can lose an answer. */
  async function cameInTurn(count: number) {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const team: { container: Container; fault: ReturnType<typeof losing> }[] = [];
    while (team.length < count) {
      const fault = losing();
      team.push({ container: await warmContainer(store, secret, fault.intercept), fault });
    }
    const requests = async () => (await totals(store.connect(), key))?.totalRequests;
    return { secret, team, requests };
  }

  test('is found by its repeat, whatever eleven containers that came one after another charge in between', async () => {
    const { secret, team, requests } = await cameInTurn(11);
    for (const { container, fault } of team) {
      const others = team.filter((other) => other.container !== container);
      fault.next = () => Promise.all(others.map((other) => other.container.check(secret)));
      expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem', 'UpdateItem']);
    }
    expect(await requests()).toBe(11 + 11 * 11);
  });

  test('is charged once more, and no more than once, when a twelfth container took its place before the repeat', async () => {
    const { secret, team, requests } = await cameInTurn(12);
    const [first, last] = [team[0] ?? expect.fail(), team[11] ?? expect.fail()];
    let accepted = 12;
    for (const lost of [1, 2, 3]) {
      first.fault.next = () => last.container.check(secret);
      expect((await first.container.ask(secret))[0]).toBe('allowed');
      accepted += 2;
      expect(await requests()).toBe(accepted + lost);
    }
    for (const { container } of team) expect((await container.ask(secret))[0]).toBe('allowed');
    expect(await requests()).toBe(accepted + 12 + 3);
  });
});
