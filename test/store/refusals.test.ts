import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { cell, hot } from '../../lib/accounts/account.ts';
import { changeAccount } from '../../lib/accounts/change.store.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { type CallRequest, DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import type { RefusalCode } from '../../lib/metering/verdict.ts';
import { windowIndex } from '../../lib/metering/windows.ts';
import type { Database } from '../../lib/store/database.ts';
import { type Container, newContainer, warmContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { changeKey, contextOf, madeKey, newUser, revoke } from '../support/keys.ts';
import { NOW, slotOf } from '../support/records.ts';
import { commands, describeOnAnEngine } from '../support/store.ts';

const unknownSecret = makeSecret('live', randomBytes);

type Arrange = (db: Database, key: KeyRecord) => Promise<unknown>;

/** How a key comes to be refused with a code. */
interface Arrangement {
  readonly arrange?: Arrange;
  readonly request?: CallRequest;
  readonly presented?: string;
}

const key =
  (fields: Partial<KeyRecord>): Arrange =>
  (db, record) =>
    changeKey(db, record, fields);

const counter =
  (name: string, value: number): Arrange =>
  (db, { email }) =>
    setHot(db, email, { [name]: value });

const ARRANGEMENTS: Record<RefusalCode, Record<string, Arrangement>> = {
  invalid_key: {
    'an unknown secret': { presented: unknownSecret },
    'a wrong checksum': { presented: `${unknownSecret.slice(0, -1)}${unknownSecret.endsWith('0') ? '1' : '0'}` },
    'no text': { presented: '' },
  },
  key_revoked: { 'a revoked key': { arrange: revoke } },
  key_disabled: { 'a disabled key': { arrange: key({ disabled: true }) } },
  key_expired: {
    'an expired key': { arrange: key({ expiresAt: NOW }) },
    'a secret that was rotated away': { arrange: key({ secrets: [] }) },
  },
  account_suspended: {
    'a suspended account': {
      arrange: (db, { email }) =>
        changeAccount(db, contextOf(email), () => ({
          change: { set: { [hot.suspended]: 1 }, keys: [], events: [] },
          result: undefined,
        })),
    },
  },
  ip_denied: {
    'an address that is not allowed': {
      arrange: key({ allowedIps: ['198.51.100.0/24'] }),
      request: { ip: '192.0.2.1' },
    },
    'an unknown address': { arrange: key({ allowedIps: ['198.51.100.0/24'] }) },
  },
  scope_denied: { 'a missing scope': { request: { terms: { ...DEFAULT_TERMS, scopes: ['orders:read'] } } } },
  environment_denied: {
    'a key of another world': { request: { terms: { ...DEFAULT_TERMS, environments: ['test'] } } },
  },
  rate_limited: {
    'a full window of the plan': { arrange: counter(cell(hot.planWindow(0), windowIndex(60, NOW)), 600) },
    'a full window of the key': { arrange: key({ rateLimits: [{ name: 'own', limit: 0, windowSeconds: 3_600 }] }) },
    'a cost above every limit': { request: { terms: { ...DEFAULT_TERMS, cost: 601 } } },
  },
  quota_exceeded: {
    'a spent quota of the plan': {
      arrange: counter(cell(hot.accountQuota('month'), periodIndex('month', NOW)), 50_000),
    },
    'a spent quota of the key': { arrange: key({ quota: { limit: 0, period: 'day' } }) },
  },
  daily_credits_spent: {
    'a spent daily cap': {
      arrange: async (db, record) => {
        await changeKey(db, record, { dailyCredits: 7 });
        await setHot(db, record.email, { [cell(hot.keySpent(slotOf('0')), periodIndex('day', NOW))]: 7 });
      },
    },
    'a cost above the cap': {
      arrange: key({ dailyCredits: 2 }),
      request: { terms: { ...DEFAULT_TERMS, cost: 3 } },
    },
  },
  insufficient_credits: {
    'no credits left': {
      arrange: counter(cell(hot.includedSpent, periodIndex('month', NOW)), PLANS.free.includedCredits),
    },
    'fewer credits than the cost': {
      arrange: (db, { email }) =>
        setHot(db, email, {
          [cell(hot.includedSpent, periodIndex('month', NOW))]: PLANS.free.includedCredits - 2,
          [hot.purchasedCredits]: 2,
        }),
      request: { terms: { ...DEFAULT_TERMS, cost: 5 } },
    },
  },
};

const cases = Object.entries(ARRANGEMENTS).flatMap(([code, ways]) =>
  Object.entries(ways).map(([way, arrangement]) => ({ code, way, ...arrangement })),
);

describeOnAnEngine('a call refused with', (store) => {
  test.each(cases)('$code, for $way, changes no attribute of any item, in whatever container', async (refused) => {
    const { code, arrange, request, presented } = refused;
    const db = store.connect();
    const { key: record, secret } = await madeKey(db, newUser());
    const warm = await warmContainer(store, secret);
    const outdated = await warmContainer(store, secret);
    await arrange?.(db, record);
    const refusing = newContainer(store);
    const answer = async (container: Container) => {
      const verdict = await container.check(presented ?? secret, request);
      return verdict.allowed ? 'allowed' : verdict.refusal.code;
    };
    expect(await answer(refusing)).toBe(code);
    // One that has refused, and now knows an account that has changed since.
    await madeKey(db, record.email);

    const before = await store.dump();
    const containers = { cold: newContainer(store), warm, outdated, refusing };
    for (const later of [0, 1_999, 2_000, 4_000]) {
      for (const [name, container] of Object.entries(containers)) {
        if (name === 'outdated' && later < 2_000) continue;
        container.now = NOW + later;
        expect([name, later, await answer(container)]).toEqual([name, later, code]);
      }
    }
    expect(await store.dump()).toStrictEqual(before);
  });

  test('any code, while its refusal is remembered, asks DynamoDB nothing', async () => {
    for (const { code, arrange, request, presented } of cases) {
      const { key: record, secret } = await madeKey(store.connect(), newUser());
      await arrange?.(store.connect(), record);
      const container = newContainer(store);
      await container.check(presented ?? secret, request);
      const before = container.sent.length;
      for (const later of [0, 1_000, 1_999]) {
        container.now = NOW + later;
        await container.check(presented ?? secret, request);
      }
      expect([code, commands(container.sent.slice(before))]).toEqual([code, []]);
    }
  });
});
