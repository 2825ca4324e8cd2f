import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
let token: string;
beforeAll(async () => {
  service = await startService();
  token = await service.token('root@example.com', { admin: true });
});
afterAll(() => service.close());

const change = (email: string, plan: string) =>
  service.call(`PUT /api/admin/user/${encodeURIComponent(email)}/plan`, { token, body: { plan } });

/** The events of a user's account. */
async function eventsOf(email: string) {
  const items = (await service.dump()).map((item) => JSON.parse(item));
  return items
    .filter(({ email: of, type }) => of?.S === email && type?.S === 'plan.changed')
    .map(({ actor, changes, keyId }) => ({ actor: actor.M.email.S, plan: changes.M.plan.M, keyId }));
}

describe('a change of plan', () => {
  test('holds from the next call on, and what was used counts', async () => {
    const ada = await signIn(service, 'ada@example.com');
    const { apiKey } = (await ada.make()).json;
    const whoami = async () => (await service.call('/api/whoami', { key: apiKey })).json;
    expect((await whoami()).rateLimits).toMatchObject([{ limit: 600, remaining: 599 }]);
    expect(await change(ada.email, 'scale')).toMatchObject({
      status: 200,
      json: { email: ada.email, plan: 'scale', previousPlan: 'free' },
    });
    expect(await whoami()).toMatchObject({
      rateLimits: [{ limit: 30_000, remaining: 29_998 }],
      quota: null,
      credits: { included: 20_000_000 },
    });
    expect((await ada.keys()).json.plan).toBe('scale');
  });

  test('is one event, and none where the account is on that plan already', async () => {
    const email = 'grace@example.com';
    await (await signIn(service, email)).make();
    await change(email, 'pro');
    expect((await change(email, 'pro')).json).toMatchObject({ plan: 'pro', previousPlan: 'pro' });
    expect(await eventsOf(email)).toEqual([
      { actor: 'root@example.com', plan: { before: { S: 'free' }, after: { S: 'pro' } }, keyId: undefined },
    ]);
  });

  test('can come before the first key', async () => {
    const ada = await signIn(service, 'early@example.com');
    expect((await change(ada.email, 'pro')).json.previousPlan).toBe('free');
    expect((await ada.keys()).json).toMatchObject({ hasKey: false, plan: 'pro' });
    await Promise.all(Array.from({ length: 10 }, () => ada.make()));
    expect((await ada.keys()).json.keys).toHaveLength(10);
  });

  test('keeps the keys that are more than the new plan has, and refuses another', async () => {
    const ada = await signIn(service, 'many@example.com');
    await change(ada.email, 'pro');
    for (let i = 0; i < 4; i++) await ada.make();
    await change(ada.email, 'free');
    expect((await ada.keys()).json.keys).toHaveLength(4);
    expect(await ada.make()).toMatchObject({ status: 409, json: { code: 'key_limit_reached' } });
  });

  test('names the plans that there are', async () => {
    const { status, json } = await change('ada@example.com', 'gold');
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ path: 'plan', message: expect.stringMatching(/free.*pro.*scale/) }]);
  });
});
