import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Payments } from '../../local/payments/server.ts';
import { synthesize } from '../../local/synth.ts';
import { type Service, startService } from './support/service.ts';

let directory: string;
let service: Service;
let payments: Payments;
let admin: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'billing-'));
  const billing = { secretName: 'local', returnUrl: 'http://localhost/credits' };
  await synthesize(directory, { settings: { billing, plans: { only: PLAN } } });
  service = await startService({ assembly: directory, payments: true });
  payments = service.instance.payments as Payments;
  admin = await service.token('root@example.com', { admin: true });
});
afterAll(async () => {
  await service.close();
  await rm(directory, { recursive: true, force: true });
});

/** A plan of the deployment's own, small enough to be used up. */
const PLAN = {
  keys: 2,
  keyLifetimeDays: null,
  rateLimits: [{ name: 'plan', limit: 600, windowSeconds: 60 }],
  quota: { limit: 5_000, period: 'month' },
  includedCredits: 100,
  packs: [{ name: 'tiny', credits: 20, price: { amount: 100, currency: 'eur' } }],
};

interface User {
  readonly email: string;
  readonly token: string;
  readonly keyId: string;
  readonly apiKey: string;
}

let users = 0;
async function newUser(fields: object = {}): Promise<User> {
  const email = `buyer${++users}@example.com`;
  const token = await service.token(email);
  const { json } = await service.call('POST /api/user/key', { token, body: { email, ...fields } });
  return { email, token, keyId: json.keyId, apiKey: json.apiKey };
}

const pathOf = (kind: string, { email }: User, query = '') => `/api/user/${kind}/${encodeURIComponent(email)}${query}`;

const creditsOf = async (user: User) => (await service.call(pathOf('credits', user), { token: user.token })).json;

const eventsOf = async (user: User): Promise<{ type: string; details: Record<string, unknown> }[]> =>
  (await service.call(pathOf('events', user, '?limit=100'), { token: user.token })).json.entries;

const checkout = ({ email, token }: User, fields: object = {}) =>
  service.call('POST /api/billing/checkout', { token, body: { email, pack: 'tiny', ...fields } });

/** Goes to the page and presses one of its buttons. */
async function press(url: string, outcome: 'pay' | 'decline' | 'cancel'): Promise<string> {
  const page = await fetch(url);
  expect(await page.text()).toContain('€1.00');
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

/** Calls by key until the account has that many credits left. */
async function verify(user: User, cost: number) {
  const { json } = await service.call('POST /api/keys/verify', {
    key: verifier,
    body: { key: user.apiKey, cost },
  });
  return json;
}

let verifier: string;
beforeAll(async () => {
  const { json } = await service.call('POST /api/user/key', {
    token: admin,
    body: { email: 'backend@example.com', scopes: ['keys:verify'] },
  });
  verifier = json.apiKey;
});

const sent = async ({ body, signature }: { body: string; signature: string }) =>
  service.call('POST /api/billing/webhook', { headers: { 'stripe-signature': signature }, body });

describe('a deployment with plans of its own', () => {
  test('lists them, and puts everybody on the first', async () => {
    const { json } = await service.call('/api/plans');
    expect(json.plans).toMatchObject([{ name: 'only', includedCredits: 100, packs: PLAN.packs }]);
    const user = await newUser();
    expect((await service.call(pathOf('key', user), { token: user.token })).json.plan).toBe('only');
    expect((await creditsOf(user)).balance).toEqual({ included: 100, purchased: 0, total: 100 });
  });

  test('knows no other', async () => {
    const user = await newUser();
    const target = `PUT /api/admin/user/${encodeURIComponent(user.email)}/plan`;
    const { status, json } = await service.call(target, { token: admin, body: { plan: 'pro' } });
    expect([status, json.errors]).toEqual([400, [{ path: 'plan', message: 'Invalid plan: expected only, given pro' }]]);
  });
});

describe('a pack', () => {
  test('is paid on a page, and is there when the buyer comes back', async () => {
    const user = await newUser();
    const { status, json } = await checkout(user);
    expect(status).toBe(201);
    const back = await press(json.url, 'pay');
    expect(back).toBe(`${service.instance.url}/credits?checkout=success`);
    await vi.waitFor(async () => expect((await creditsOf(user)).balance.purchased).toBe(20), 5_000);
    const [event] = await eventsOf(user);
    expect(event).toMatchObject({ type: 'credits.purchased', details: { amount: 20, pack: 'tiny' } });
  });

  test('that is not paid after all changes nothing', async () => {
    const user = await newUser();
    expect(await press((await checkout(user)).json.url, 'cancel')).toMatch(/\/credits\?checkout=cancelled$/);
    await press((await checkout(user)).json.url, 'decline');
    await vi.waitFor(async () => expect((await eventsOf(user)).map(({ type }) => type)).toContain('payment.failed'));
    expect((await creditsOf(user)).balance.purchased).toBe(0);
  });

  test('must be one of the plan', async () => {
    const { status, json } = await checkout(await newUser(), { pack: 'small' });
    expect([status, json.errors]).toEqual([
      400,
      [{ path: 'pack', message: 'Invalid pack: expected tiny, given small' }],
    ]);
  });
});

describe('the webhook', () => {
  test.each([
    ['a wrong signature', (body: string, signature: string) => ({ body, signature: `${signature}0` })],
    ['a changed body', (body: string, signature: string) => ({ body: body.replace('evt_', 'evu_'), signature })],
  ])('refuses %s, and nothing is written', async (_, forge) => {
    const user = await newUser();
    const session = payments.ledger.sessions.get((await checkout(user)).json.url.split('/').at(-1)) ?? {};
    const { body, signature } = payments.sign('checkout.session.completed', session);
    const before = await service.dump();
    const { status, json } = await sent(forge(body, signature));
    expect([status, json.code]).toEqual([400, 'invalid_request']);
    expect(await service.dump()).toEqual(before);
  });

  test.each([
    ['another amount', { amount_total: 1 }],
    ['another currency', { currency: 'usd' }],
  ])('refuses %s than was ordered, and nothing is written', async (_, fields) => {
    const user = await newUser();
    const session = payments.ledger.sessions.get((await checkout(user)).json.url.split('/').at(-1)) ?? {};
    const before = await service.dump();
    expect((await sent(payments.sign('checkout.session.completed', { ...session, ...fields }))).status).toBe(400);
    expect(await service.dump()).toEqual(before);
  });

  test('refuses a notice of another time, and one without a signature', async () => {
    expect((await sent(payments.sign('customer.created', {}, Date.now() / 1_000 - 301))).status).toBe(400);
    expect((await service.call('POST /api/billing/webhook', { body: {} })).status).toBe(400);
  });

  test('acknowledges a payment of an account that is gone, writes nothing, and says so to nobody but the operator', async () => {
    const user = await newUser();
    const session = payments.ledger.sessions.get((await checkout(user)).json.url.split('/').at(-1)) ?? expect.fail();
    const intent = payments.ledger.intentOf(session);
    payments.ledger.succeed(intent);
    // As an erasure leaves it: the order is not there.
    Object.assign(intent.metadata, { orderId: 'gone', email: 'gone@example.com' });
    const before = await service.dump();
    const { status, json } = await sent(payments.sign('payment_intent.succeeded', intent));
    expect([status, json]).toEqual([200, { settled: false }]);
    expect(await service.dump()).toEqual(before);
    const told = service.log.filter((line) => line.includes(intent.id) || line.includes('UnclaimedPayments'));
    expect(told).toHaveLength(2);
    expect(told.join()).toContain('"kept":100');
    expect(service.log.join()).not.toContain('gone@example.com');
  });

  test('acknowledges what it does not know', async () => {
    const { status, json } = await sent(payments.sign('customer.created', { id: 'cus_1' }));
    expect([status, json]).toEqual([200, { settled: false }]);
  });
});

describe('an account', () => {
  test('hears of each level of its credits once, of however many calls', async () => {
    const user = await newUser();
    for (const cost of [79, 1, 1, 13, 1, 4, 1]) expect((await verify(user, cost)).valid).toBe(true);
    expect((await verify(user, 1)).code).toBe('insufficient_credits');
    await vi.waitFor(
      async () => {
        const low = (await eventsOf(user)).filter(({ type }) => type === 'credits.low');
        expect(low.map(({ details }) => details.percent).sort()).toEqual([0, 20, 5]);
      },
      { timeout: 60_000, interval: 250 },
    );
  });

  test('hears of its quota, and the key of its own', async () => {
    const user = await newUser({ quota: { limit: 5, period: 'day' } });
    for (let call = 0; call < 5; call++) await verify(user, 0);
    await vi.waitFor(
      async () => {
        const reached = (await eventsOf(user)).filter(({ type }) => type === 'quota.reached');
        expect(reached.map(({ details }) => [details.percent, details.of]).sort()).toEqual([
          [100, 5],
          [80, 5],
        ]);
      },
      { timeout: 60_000, interval: 250 },
    );
  });

  test('is topped up by the method that was saved, once its credits reach the threshold', async () => {
    const user = await newUser();
    const top = (body: object) => service.call(`PUT ${pathOf('top-up', user)}`, { token: user.token, body });
    const settings = { threshold: 10, pack: 'tiny', monthlyCap: 250 };
    expect((await top(settings)).status).toBe(409);
    await press((await checkout(user, { savePaymentMethod: true })).json.url, 'pay');
    await vi.waitFor(async () =>
      expect((await creditsOf(user)).billing.paymentMethod).toEqual({ brand: 'visa', last4: '4242' }),
    );
    expect((await top({ ...settings, monthlyCap: 99 })).json.errors).toMatchObject([{ path: 'monthlyCap' }]);
    expect((await top(settings)).json).toEqual({
      isConfigured: true,
      paymentMethod: { brand: 'visa', last4: '4242' },
      topUp: { ...settings, chargedThisMonth: 0, inFlight: false },
    });
    for (const cost of [90, 20]) expect((await verify(user, cost)).valid).toBe(true);
    await vi.waitFor(async () => expect((await creditsOf(user)).balance.total).toBe(30), {
      timeout: 60_000,
      interval: 250,
    });
    expect((await creditsOf(user)).billing.topUp).toMatchObject({ chargedThisMonth: 100, inFlight: false });
    const off = await service.call(`DELETE ${pathOf('top-up', user)}`, { token: user.token });
    expect([off.status, off.json.topUp]).toEqual([200, null]);
  });

  test('is topped up above the threshold where a call needs more than is left, and the call is made then', async () => {
    const user = await newUser();
    await press((await checkout(user, { savePaymentMethod: true })).json.url, 'pay');
    await vi.waitFor(async () => expect((await creditsOf(user)).billing.paymentMethod).not.toBeNull(), 5_000);
    const body = { threshold: 10, pack: 'tiny', monthlyCap: 250 };
    await service.call(`PUT ${pathOf('top-up', user)}`, { token: user.token, body });
    expect((await verify(user, 90)).valid).toBe(true);
    expect((await verify(user, 31)).code).toBe('insufficient_credits');
    await vi.waitFor(async () => expect((await verify(user, 31)).valid).toBe(true), { timeout: 60_000, interval: 250 });
    expect(await creditsOf(user)).toMatchObject({
      balance: { total: 19 },
      billing: { topUp: { chargedThisMonth: 100, inFlight: false } },
    });
  });

  test('lets a key spend no more in a day than its owner says', async () => {
    const user = await newUser({ dailyCredits: 10 });
    expect((await verify(user, 6)).valid).toBe(true);
    expect(await verify(user, 5)).toMatchObject({ valid: false, code: 'daily_credits_spent' });
    expect((await verify(user, 4)).valid).toBe(true);
    const edit = { token: user.token, body: { dailyCredits: 11 } };
    expect((await service.call(`PATCH ${pathOf('key', user)}/${user.keyId}`, edit)).json.dailyCredits).toBe(11);
    await vi.waitFor(async () => expect((await verify(user, 1)).valid).toBe(true), 5_000);
    expect((await verify(user, 1)).code).toBe('daily_credits_spent');
  });
});

test('a top-up that is due when the instance ends is made before it does', async () => {
  const own = await startService({ assembly: directory, payments: true });
  const played = own.instance.payments as Payments;
  const email = 'late@example.com';
  const token = await own.token(email);
  const order = { token, body: { email, pack: 'tiny', savePaymentMethod: true } };
  await press((await own.call('POST /api/billing/checkout', order)).json.url, 'pay');
  const isSaved = async () => (await own.call(`/api/user/credits/${email}`, { token })).json.billing.paymentMethod;
  await vi.waitFor(async () => expect(await isSaved()).not.toBeNull(), 5_000);
  const body = { threshold: 1_000, pack: 'tiny', monthlyCap: 250 };
  expect((await own.call(`PUT /api/user/top-up/${email}`, { token, body })).status).toBe(200);
  await own.close();
  expect(played.asked).toContain('POST /v1/payment_intents');
});
