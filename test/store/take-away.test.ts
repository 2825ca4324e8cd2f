import { expect, test } from 'vitest';
import { hot } from '../../lib/accounts/account.ts';
import { type Change, changeAccount } from '../../lib/accounts/change.store.ts';
import { changePlan } from '../../lib/accounts/plan.store.ts';
import type { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { type CallRequest, DEFAULT_TERMS } from '../../lib/metering/call.ts';
import type { RefusalCode } from '../../lib/metering/verdict.ts';
import type { Database } from '../../lib/store/database.ts';
import { type Container, newContainer } from '../support/container.ts';
import { changeKey, contextOf, madeKey, newUser, revoke, startOnPlan, totals } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

const CONTAINERS = 8;

/** Every call is made from this address, to a route that demands this scope and costs this much. */
const REQUEST: CallRequest = { ip: '192.0.2.1', terms: { ...DEFAULT_TERMS, scopes: ['orders:read'], cost: 100 } };
const GRANTED: Partial<KeyRecord> = {
  scopes: ['orders:*'],
  allowedIps: ['192.0.2.0/24'],
  rateLimits: [{ name: 'own', limit: 5_000, windowSeconds: 60 }],
  quota: { limit: 100, period: 'day' },
};

type Act = (db: Database, key: KeyRecord) => Promise<unknown>;

const alter =
  (fields: Partial<KeyRecord>): Act =>
  (db, key) =>
    changeKey(db, key, fields);

const account =
  (change: Pick<Change, 'set' | 'remove'>): Act =>
  (db, { email }) =>
    changeAccount(db, contextOf(email), () => ({ change: { ...change, keys: [], events: [] }, result: undefined }));

const plan =
  (name: keyof typeof PLANS): Act =>
  (db, { email }) =>
    changePlan(db, contextOf(email), name);

const limit = (of: number): Partial<KeyRecord> => ({
  rateLimits: [{ name: 'own', limit: of, windowSeconds: 60 }],
});

/** Changes there and back: the first takes away what all calls need, the second gives it back. */
const CHANGES: { title: string; code: RefusalCode; take: Act; give?: [string, Act] }[] = [
  { title: 'a key is revoked', code: 'key_revoked', take: revoke },
  {
    title: 'a key is disabled',
    code: 'key_disabled',
    take: alter({ disabled: true }),
    give: ['a key is enabled', alter({ disabled: false })],
  },
  {
    title: 'an account is suspended',
    code: 'account_suspended',
    take: account({ set: { [hot.suspended]: 1 } }),
    give: ['an account is restored', account({ remove: [hot.suspended] })],
  },
  {
    title: 'a limit is set to what was used of it',
    code: 'rate_limited',
    take: alter(limit(CONTAINERS * 100)),
    give: ['a limit is raised', alter(limit(10_000))],
  },
  {
    title: 'a limit is lowered below what was used of it',
    code: 'rate_limited',
    take: alter(limit(100)),
    give: ['a limit is lifted', alter({ rateLimits: [] })],
  },
  {
    title: 'a quota is lowered below what was used of it',
    code: 'quota_exceeded',
    take: alter({ quota: { limit: 3, period: 'day' } }),
    give: ['a quota is raised', alter({ quota: { limit: 1_000, period: 'day' } })],
  },
  {
    title: 'allowed addresses are fewer',
    code: 'ip_denied',
    take: alter({ allowedIps: ['192.0.2.128/25'] }),
    give: ['an address is added', alter({ allowedIps: ['192.0.2.128/25', '192.0.2.1'] })],
  },
  {
    title: 'scopes are fewer',
    code: 'scope_denied',
    take: alter({ scopes: ['orders:write'] }),
    give: ['a scope is added', alter({ scopes: ['orders:write', 'orders:read'] })],
  },
  {
    title: 'an expiry is sooner',
    code: 'key_expired',
    take: alter({ expiresAt: NOW }),
    give: ['an expiry is put off', alter({ expiresAt: NOW + 60_000 })],
  },
  {
    title: 'a secret is taken away',
    code: 'key_expired',
    take: alter({ secrets: [] }),
  },
  {
    title: 'a plan is changed to a lower one',
    code: 'rate_limited',
    take: plan('free'),
    give: ['a plan is changed to a higher one', plan('scale')],
  },
];

describeOnAnEngine('in each of eight warm containers', (store) => {
  const answer = async (container: Container, secret: string) => {
    const verdict = await container.check(secret, REQUEST);
    return verdict.allowed ? 'allowed' : verdict.refusal.code;
  };

  /** A key by which every container has been let in. */
  async function letIn() {
    const db = store.connect();
    const email = newUser();
    await startOnPlan(db, email, 'pro');
    const { key, secret } = await madeKey(db, email);
    await changeKey(db, key, GRANTED);
    const containers = Array.from({ length: CONTAINERS }, () => newContainer(store));
    for (const container of containers) expect(await answer(container, secret)).toBe('allowed');
    return { db, key, secret, containers };
  }

  test.each(CHANGES)('$title: the very next call is refused, $code', async ({ code, take }) => {
    const { db, key, secret, containers } = await letIn();
    await take(db, key);
    const answers = await Promise.all(containers.map((container) => answer(container, secret)));
    expect(answers).toEqual(containers.map(() => code));
    expect(await totals(db, key)).toMatchObject({ totalRequests: CONTAINERS });
  });

  const given = CHANGES.flatMap(({ give, ...change }) => (give ? [{ ...change, given: give[0], give: give[1] }] : []));

  test.each(given)(
    '$given: it holds once the refusal is 2 s old, and until then a call costs nothing',
    async (change) => {
      const { code, take, give } = change;
      const { db, key, secret, containers } = await letIn();
      await take(db, key);
      for (const container of containers) expect(await answer(container, secret)).toBe(code);
      await give(db, key);
      for (const container of containers) {
        const sent = container.sent.length;
        for (const later of [0, 1_999]) {
          container.now = NOW + later;
          expect(await answer(container, secret)).toBe(code);
        }
        expect(container.sent).toHaveLength(sent);
        container.now = NOW + 2_000;
        expect(await answer(container, secret)).toBe('allowed');
      }
    },
  );
});
