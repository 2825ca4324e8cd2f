import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLANS, type Plan } from '../../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../../lib/keys/key.ts';
import { dueNotices, nextDue, type Watched } from '../../../lib/notices/schedule.ts';
import { keyWith, NOW } from '../../support/records.ts';

const DAY = 86_400_000;
const QUIET: Plan = { ...PLANS.free, idleNoticeDays: null, idleDisableDays: null };
const days = (count: number) => NOW + count * DAY;

const watched = (fields: Partial<KeyRecord> = {}, plan = QUIET, lastUsedAt: number | null = null): Watched => ({
  key: keyWith(fields),
  plan,
  lastUsedAt,
});

/** Every look at a key until none is to come, if it is looked at in time and nothing else happens: when, and what is told. */
function looks(it: Watched, until = days(800)): [number, string][] {
  const told: [number, string][] = [];
  for (let due = nextDue(it, NOW); due !== undefined && due <= until; due = nextDue(it, due + 1)) {
    const notices = dueNotices(it, due, due).map(
      ({ event: { type, details } }) => `${type} ${details?.daysLeft ?? ''}`,
    );
    told.push([(due - NOW) / DAY, notices.join().trim()]);
  }
  return told;
}

describe('notices of the end', () => {
  test('come 30, 14, 7 and 1 days before a key expires', () => {
    expect(looks(watched({ expiresAt: days(100) }))).toEqual([
      [70, 'key.expiring 30'],
      [86, 'key.expiring 14'],
      [93, 'key.expiring 7'],
      [99, 'key.expiring 1'],
    ]);
  });

  test('are those that still lie ahead of a short life', () => {
    expect(looks(watched({ expiresAt: days(10) })).map(([, told]) => told)).toEqual([
      'key.expiring 7',
      'key.expiring 1',
    ]);
  });

  test.each([
    ['expiry', days(50), days(60)],
    ['rotation', days(60), days(50)],
  ])('say whether it is by %s', (cause, expiresAt, rotateBy) => {
    const [secret] = keyWith().secrets;
    const it = watched({ expiresAt, secrets: secret ? [{ ...secret, rotateBy }] : [] });
    const due = nextDue(it, NOW) ?? expect.fail();
    expect(dueNotices(it, due, due)[0]?.event.details).toEqual({ endsAt: days(50), daysLeft: 30, cause });
  });

  test('are one, the latest, where several came due before somebody looked', () => {
    const it = watched({ expiresAt: days(100) });
    const due = nextDue(it, NOW) ?? expect.fail();
    expect(dueNotices(it, due, days(94)).map(({ event }) => event.details?.daysLeft)).toEqual([7]);
  });

  test.each([
    ['a revoked key', watched({ revokedAt: NOW, expiresAt: days(50) })],
    ['a key without end', watched()],
    ['an expired key', watched({ expiresAt: NOW }, PLANS.free)],
  ])('do not come of %s', (_, it) => {
    expect(nextDue(it, NOW)).toBeUndefined();
  });
});

describe('notices of idleness', () => {
  test('come after 90 days without a call, and the policy disables after 180', () => {
    const it = watched({}, PLANS.free);
    expect(looks(it, days(180))).toEqual([
      [90, 'key.idle'],
      [180, 'key.idle_disabled'],
    ]);
    expect(dueNotices(it, days(180), days(180))).toMatchObject([{ disables: true }]);
  });

  test('begin anew with a call or a change', () => {
    expect(nextDue(watched({}, PLANS.free, days(40)), NOW)).toBe(days(130));
    expect(nextDue(watched({ updatedAt: days(50) }, PLANS.free, days(40)), NOW)).toBe(days(140));
  });

  test('tell nothing of a key that was used since it was to be looked at', () => {
    expect(dueNotices(watched({}, PLANS.free, days(89)), days(90), days(90))).toEqual([]);
  });

  test('leave a key that is told to be idle on the watch', () => {
    expect(looks(watched({}, PLANS.scale), days(200)).map(([, told]) => told)).toEqual(['key.idle', '']);
  });

  test('do not come of a disabled key', () => {
    expect(nextDue(watched({ disabled: true }, PLANS.free), NOW)).toBeUndefined();
  });
});

test('every look leads on: the next one is later, and what is told is told once', () => {
  fc.assert(
    fc.property(
      fc.record({
        life: fc.option(fc.integer({ min: 1, max: 800 }), { nil: null }),
        used: fc.option(fc.integer({ min: -100, max: 100 }), { nil: null }),
        idleNoticeDays: fc.option(fc.integer({ min: 1, max: 200 }), { nil: null }),
        idleDisableDays: fc.option(fc.integer({ min: 1, max: 400 }), { nil: null }),
        late: fc.nat(40 * DAY),
      }),
      ({ life, used, late, ...idle }) => {
        const key = { expiresAt: life === null ? null : days(life) };
        const it = watched(key, { ...PLANS.free, ...idle }, used === null ? null : days(used));
        const told: string[] = [];
        let due = nextDue(it, NOW);
        for (let round = 0; due !== undefined && round < 20; round++) {
          const now = due + late;
          told.push(...dueNotices(it, due, now).map(({ event }) => JSON.stringify(event)));
          const next = nextDue(it, now + 1);
          expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
          due = next;
        }
        expect(new Set(told).size).toBe(told.length);
      },
    ),
    { numRuns: 500 },
  );
});
