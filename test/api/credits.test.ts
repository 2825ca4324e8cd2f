import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
let admin: string;
beforeAll(async () => {
  service = await startService();
  admin = await service.token('root@example.com', { admin: true });
});
afterAll(() => service.close());

const of = (email: string) => `/api/admin/user/${encodeURIComponent(email)}`;

const grant = (email: string, body: object, headers: Record<string, string> = {}) =>
  service.call(`POST ${of(email)}/credits`, { token: admin, headers, body });

const credits = (email: string, token: string, query = '') =>
  service.call(`/api/user/credits/${encodeURIComponent(email)}${query}`, { token });

describe('credits', () => {
  test('of a user who has none bought are what the plan includes, with no line yet', async () => {
    const ada = await signIn(service, 'ada@example.com');
    const { status, json } = await credits(ada.email, ada.token);
    expect(status).toBe(200);
    expect(json).toEqual({
      balance: { included: 10_000, purchased: 0, total: 10_000 },
      resetsAt: expect.stringMatching(/^\d{4}-\d{2}-01T00:00:00\.000Z$/),
      entries: [],
      nextCursor: null,
      billing: { isConfigured: false, paymentMethod: null, topUp: null },
    });
  });

  test('that an admin gives are there for the next call, and in the ledger with who and why', async () => {
    const bob = await signIn(service, 'bob@example.com');
    const { apiKey } = (await bob.make()).json;
    const given = await grant(bob.email, { amount: 500, reason: 'goodwill' });
    expect(given.status).toBe(200);
    expect(given.json).toMatchObject({
      kind: 'grant',
      amount: 500,
      balance: { included: 10_000, purchased: 500, total: 10_500 },
      actor: 'root@example.com',
      reason: 'goodwill',
    });
    const { json: me } = await service.call('/api/whoami', { key: apiKey });
    expect(me.credits).toEqual({ included: 10_000, purchased: 500, total: 10_500 });
    expect((await grant(bob.email, { amount: -100, reason: 'mistake' })).json.kind).toBe('take_back');
    const { json } = await credits(bob.email, bob.token);
    expect(json.balance.purchased).toBe(400);
    expect(json.entries.map(({ kind, amount }: { kind: string; amount: number }) => [kind, amount])).toEqual([
      ['take_back', -100],
      ['grant', 500],
    ]);
    expect(json.entries[1]).toEqual(given.json);
  });

  test('are paged, newest first', async () => {
    const cyd = await signIn(service, 'cyd@example.com');
    for (const amount of [1, 2, 3]) await grant(cyd.email, { amount, reason: 'test' });
    const first = await credits(cyd.email, cyd.token, '?limit=2');
    const second = await credits(cyd.email, cyd.token, `?limit=2&cursor=${first.json.nextCursor}`);
    const amounts = [first, second].map(({ json }) => json.entries.map(({ amount }: { amount: number }) => amount));
    expect(amounts).toEqual([[3, 2], [1]]);
    expect(second.json.nextCursor).toBeNull();
  });

  test('are given once for an Idempotency-Key, and the repeat hears the same', async () => {
    const dan = await signIn(service, 'dan@example.com');
    const headers = { 'idempotency-key': 'ticket-17' };
    const first = await grant(dan.email, { amount: 9, reason: 'test' }, headers);
    const repeat = await grant(dan.email, { amount: 9, reason: 'test' }, headers);
    expect([repeat.status, repeat.json]).toEqual([200, first.json]);
    expect((await credits(dan.email, dan.token)).json.balance.purchased).toBe(9);
  });

  test('are not moved for an Idempotency-Key that another amount or reason has used', async () => {
    const headers = { 'idempotency-key': 'ticket-18' };
    await grant('dee@example.com', { amount: 9, reason: 'test' }, headers);
    for (const body of [
      { amount: 10, reason: 'test' },
      { amount: 9, reason: 'other' },
    ]) {
      const { status, json } = await grant('dee@example.com', body, headers);
      expect([status, json.code]).toEqual([409, 'conflict']);
      expect(json.detail).toContain(`was used for 9 for "test"; given ${body.amount} for "${body.reason}"`);
    }
  });

  test('that are not there cannot be taken back: 409 says how many there are', async () => {
    const answer = await grant('eve@example.com', { amount: -1, reason: 'test' });
    expect([answer.status, answer.json.code]).toEqual([409, 'conflict']);
    expect(answer.json.detail).toBe('The account has 0 purchased credits; 1 cannot be taken back');
  });

  test.each([
    [{ amount: 0, reason: 'test' }, 'amount'],
    [{ amount: 1.5, reason: 'test' }, 'amount'],
    [{ amount: 1_000_000_001, reason: 'test' }, 'amount'],
    [{ amount: '5', reason: 'test' }, 'amount'],
    [{ amount: 5 }, 'reason'],
    [{ amount: 5, reason: '' }, 'reason'],
    [{ amount: 5, reason: 'test', to: 'me' }, 'to'],
  ])('%j is refused by name', async (body, path) => {
    const answer = await grant('eve@example.com', body);
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, path]);
  });
});

describe('a deployment without a payment provider', () => {
  test.each<[string, object]>([
    ['POST /api/billing/checkout', { email: 'gus@example.com', pack: 'small' }],
    ['PUT /api/user/top-up/gus%40example.com', { threshold: 1, pack: 'small', monthlyCap: 900 }],
    ['POST /api/billing/webhook', {}],
  ])('answers %s by 501 not_configured', async (route, body) => {
    const token = await service.token('gus@example.com');
    const headers = { 'stripe-signature': 't=1,v1=0' };
    const { status, json } = await service.call(route, { token, headers, body });
    expect([status, json.code]).toEqual([501, 'not_configured']);
  });
});

describe('a suspended account', () => {
  test('has none of its keys accepted from the next call on, and all again when it is restored', async () => {
    const fay = await signIn(service, 'fay@example.com');
    const { apiKey } = (await fay.make()).json;
    const whoami = () => service.call('/api/whoami', { key: apiKey });
    const put = (status: string) =>
      service.call(`PUT ${of(fay.email)}/status`, { token: admin, body: { status, reason: 'unpaid' } });
    expect((await whoami()).status).toBe(200);
    expect((await put('suspended')).json).toEqual({
      email: fay.email,
      status: 'suspended',
      previousStatus: 'active',
    });
    expect((await whoami()).json.code).toBe('account_suspended');
    expect((await fay.keys()).json.status).toBe('suspended');
    expect((await put('suspended')).json.previousStatus).toBe('suspended');
    expect((await put('active')).json.previousStatus).toBe('suspended');
    await vi.waitFor(async () => expect((await whoami()).status).toBe(200), 5_000);
    const { json } = await service.call('/api/user/events/fay%40example.com', { token: fay.token });
    const types = json.entries.map(({ type, details }: { type: string; details?: object }) => [type, details]);
    expect(types.filter(([type]: [string]) => type.startsWith('account.'))).toEqual([
      ['account.restored', { reason: 'unpaid' }],
      ['account.suspended', { reason: 'unpaid' }],
    ]);
  });
});

test('the plans are there for everybody, with the packs that can be bought', async () => {
  const { status, json } = await service.call('/api/plans');
  expect(status).toBe(200);
  expect(json.plans.map(({ name }: { name: string }) => name)).toEqual(['free', 'pro', 'scale']);
  expect(json.plans[0]).toMatchObject({
    keys: 3,
    includedCredits: 10_000,
    packs: [{ name: 'small', credits: 10_000, price: { amount: 900, currency: 'usd' } }, {}, {}],
  });
});

describe('users', () => {
  const find = async (query = '') => (await service.call(`/api/admin/users${query}`, { token: admin })).json;

  test('are found by the beginning of their address, with what support needs to know', async () => {
    for (const name of ['zed.a', 'zed.b', 'zed+c']) await (await signIn(service, `${name}@example.com`)).make();
    await grant('zed.b@example.com', { amount: 7, reason: 'test' });
    const { users, nextCursor } = await find('?query=ZED.');
    expect(nextCursor).toBeNull();
    expect(users).toEqual([
      expect.objectContaining({
        email: 'zed.a@example.com',
        plan: 'free',
        status: 'active',
        keys: 1,
        lastUsedAt: null,
      }),
      expect.objectContaining({
        email: 'zed.b@example.com',
        balance: { included: 10_000, purchased: 7, total: 10_007 },
      }),
    ]);
    expect((await find('?query=nobody')).users).toEqual([]);
  });

  test('are paged in the order of their addresses', async () => {
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { users, nextCursor } = await find(query);
      seen.push(...users.map(({ email }: { email: string }) => email));
      if (nextCursor === null) break;
      query = `?limit=2&cursor=${encodeURIComponent(nextCursor)}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toContain('zed+c@example.com');
  });

  test('are not paged from a cursor that no page gave', async () => {
    const message = 'Invalid cursor: expected the nextCursor of the page before, given "2"';
    expect((await find('?cursor=2')).errors).toEqual([{ path: 'query.cursor', message }]);
  });
});
