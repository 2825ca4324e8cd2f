import { describe, expect, test } from 'vitest';
import type { RateLimit } from '../../lib/keys/key.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { isLong } from '../support/cases.ts';
import { type Container, newContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser, startOnPlan } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines, type Store } from '../support/store.ts';

const perWindow = (limit: number, windowSeconds: number): RateLimit => ({ name: 'own', limit, windowSeconds });

/** Containers that know a key with one limit of its own, on a plan whose limit is far away, from a window long past. */
async function knowing(store: Store, count: number, rate: RateLimit): Promise<{ fleet: Container[]; secret: Secret }> {
  const db = store.connect();
  const email = newUser();
  await startOnPlan(db, email, 'scale');
  const { key, secret } = await madeKey(db, email);
  await changeKey(db, key, { rateLimits: [rate] });
  const fleet = Array.from({ length: count }, () => newContainer(store));
  for (const container of fleet) {
    container.now = NOW - 600_000;
    await container.check(secret);
  }
  return { fleet, secret };
}

/** What one call came to. */
interface Outcome {
  readonly allowed: boolean;
  readonly writes: number;
  readonly reads: number;
}

async function call(container: Container, secret: Secret, at: number): Promise<Outcome> {
  const before = container.sent.length;
  container.now = at;
  const { allowed } = await container.check(secret);
  const sent = commands(container.sent.slice(before));
  const writes = sent.filter((command) => command === 'UpdateItem').length;
  return { allowed, writes, reads: sent.length - writes };
}

interface Traffic extends RateLimit {
  /** Calls offered, as a share of what the limit lets through. */
  readonly pace: number;
  readonly calls: number;
}

/** Calls evenly spread from the beginning of a window on, each by the next container or by all of them at once. */
async function drive(fleet: Container[], secret: Secret, traffic: Traffic, manner: string): Promise<Outcome[]> {
  const apart = (traffic.windowSeconds * 1_000) / (traffic.limit * traffic.pace);
  const outcomes: Outcome[] = [];
  const step = manner === 'at once' ? fleet.length : 1;
  for (let made = 0; made < traffic.calls; made += step) {
    const turn = made % fleet.length;
    const callers = step === 1 ? fleet.slice(turn, turn + 1) : fleet;
    const at = NOW + Math.floor(made * apart);
    outcomes.push(...(await Promise.all(callers.map((container) => call(container, secret, at)))));
  }
  return outcomes;
}

const sum = (outcomes: readonly Outcome[], of: 'writes' | 'reads'): number =>
  outcomes.reduce((total, outcome) => total + outcome[of], 0);
const accepted = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(({ allowed }) => allowed);
const refused = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(({ allowed }) => !allowed);

const PACES: [string, number][] = [
  ['half the limit’s rate', 0.5],
  ['the limit’s full rate', 1],
];
const traffics = (limits: [limit: number, windowSeconds: number, calls: number][]) =>
  limits.flatMap(([limit, windowSeconds, calls]) =>
    PACES.map(([rate, pace]) => ({ ...perWindow(limit, windowSeconds), rate, pace, calls })),
  );
/** Who calls at once meets more of the others. */
const MANNERS = isLong ? ['in turn', 'at once'] : ['at once'];

describeOnEngines('writes per accepted call are', (store) => {
  test.each(
    traffics([
      [20, 1, 60],
      [60, 60, 120],
    ]),
  )('exactly one with one container, at $rate of $limit per $windowSeconds s', async (traffic) => {
    const { fleet, secret } = await knowing(store, 1, perWindow(traffic.limit, traffic.windowSeconds));
    const outcomes = await drive(fleet, secret, traffic, 'in turn');
    expect(sum(outcomes, 'writes')).toBe(accepted(outcomes).length);
    expect(sum(accepted(outcomes), 'writes')).toBe(accepted(outcomes).length);
    const container = fleet[0] ?? expect.fail();
    expect(new Set(container.sent.filter(({ command }) => command === 'UpdateItem').map(({ units }) => units))).toEqual(
      new Set([1]),
    );
  });
});

describeOnEngines(
  'writes per accepted call are',
  (store) => {
    describe.each(MANNERS)('at most 1.02 with four containers that call %s,', (manner) => {
      test.each(
        traffics([
          [240, 1, 480],
          [240, 60, 480],
        ]),
      )('those that were refused included, at $rate of $limit per $windowSeconds s', async (traffic) => {
        const { fleet, secret } = await knowing(store, 4, perWindow(traffic.limit, traffic.windowSeconds));
        const outcomes = await drive(fleet, secret, traffic, manner);
        expect(sum(outcomes, 'writes') / accepted(outcomes).length).toBeLessThanOrEqual(1.02);
      });

      // Where a window holds few calls, those that come for its last place at once are many of them: the database alone
      // can tell which was first, so that each of the others costs a write.
      test.each(
        traffics([
          [20, 1, 200],
          [60, 60, 180],
        ]),
      )(
        'and one a container and window for refused calls, at $rate of $limit per $windowSeconds s',
        async (traffic) => {
          const { fleet, secret } = await knowing(store, 4, perWindow(traffic.limit, traffic.windowSeconds));
          const outcomes = await drive(fleet, secret, traffic, manner);
          expect(sum(accepted(outcomes), 'writes') / accepted(outcomes).length).toBeLessThanOrEqual(1.02);
          const windows = traffic.calls / traffic.limit / traffic.pace;
          expect(sum(refused(outcomes), 'writes')).toBeLessThanOrEqual(fleet.length * windows);
        },
      );
    });
  },
  1,
);

describeOnEngines(
  'refusals of a full window cost',
  (store) => {
    /** So many calls of each container, evenly spread over a time, all at once. */
    async function hammer(fleet: Container[], secret: Secret, calls: number, from: number, lasting: number) {
      const outcomes = fleet.map((): Outcome[] => []);
      for (let made = 0; made < calls; made++) {
        const at = from + Math.floor((made * lasting) / calls);
        const now = await Promise.all(fleet.map((container) => call(container, secret, at)));
        now.forEach((outcome, i) => {
          outcomes[i]?.push(outcome);
        });
      }
      return outcomes;
    }

    test.each([
      { limit: 5, windowSeconds: 60, calls: 500 },
      { limit: 5, windowSeconds: 1, calls: 500 },
    ])('each container at most one write, and a read every 2 s: $calls calls in $windowSeconds s', async (given) => {
      const { limit, windowSeconds, calls } = given;
      const { fleet, secret } = await knowing(store, 4, perWindow(limit, windowSeconds));
      for (let filled = 0; filled < limit; filled++) {
        expect(await call(fleet[0] ?? expect.fail(), secret, NOW)).toMatchObject({ allowed: true });
      }
      const outcomes = await hammer(fleet, secret, calls, NOW + 1, windowSeconds * 1_000 - 2);
      for (const own of outcomes) {
        expect(accepted(own)).toEqual([]);
        expect(sum(own, 'writes')).toBeLessThanOrEqual(1);
        expect(sum(own, 'reads')).toBeLessThanOrEqual(Math.ceil(windowSeconds / 2));
      }
    });

    test('each container at most one read a window of 1 s, and no write but for a place that another took', async () => {
      const seconds = 5;
      const { fleet, secret } = await knowing(store, 4, perWindow(5, 1));
      const outcomes = await hammer(fleet, secret, 100 * seconds, NOW, seconds * 1_000);
      const taken = accepted(outcomes.flat()).length;
      for (const own of outcomes) {
        expect(sum(own, 'reads')).toBeLessThanOrEqual(seconds);
        expect(sum(own, 'writes')).toBeLessThanOrEqual(taken + 1);
      }
    });
  },
  1,
);
