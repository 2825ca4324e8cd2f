import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { localClient } from '../../local/tables.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ assembly: inject('shop') });
});
afterAll(() => service.close());

/** A user with a key, and what is left of their credits. */
async function newCaller(email: string, fields: object = {}) {
  const user = await signIn(service, email);
  const { apiKey } = (await user.make(fields)).json;
  return {
    email,
    order: (query = '') => service.call(`POST /shop/orders${query}`, { key: apiKey }),
    item: (query = '') => service.call(`/shop/items/7${query}`, { key: apiKey }),
    credits: async () => (await service.call('/api/whoami', { key: apiKey })).json.credits,
    requests: async () => (await user.keys()).json.keys[0].totalRequests,
  };
}

/** Gives purchased credits, and leaves as many of the included ones. */
async function setCredits(email: string, included: number, purchased: number) {
  const client = localClient(service.engine.endpoint);
  const month = new Date().getUTCFullYear() * 12 + new Date().getUTCMonth();
  await client.send(
    new UpdateItemCommand({
      TableName: 'user_preferences',
      Key: { email: { S: email }, record: { S: 'account' } },
      UpdateExpression: 'SET #spent = :spent, c = :purchased',
      ExpressionAttributeNames: { '#spent': `I0${month.toString(36)}` },
      ExpressionAttributeValues: { ':spent': { N: String(10_000 - included) }, ':purchased': { N: String(purchased) } },
    }),
  );
  client.destroy();
}

describe('a call that costs credits', () => {
  test.each([
    ['succeeds', '', 200, 5],
    ['was wrong itself', '?status=404', 404, 5],
    ['ends in a 500', '?status=500', 500, 0],
    ['ends in a 503', '?status=503', 503, 0],
    ['crashes the handler', '?crash', 500, 0],
  ])('and %s, with %s, is answered %i and pays %i', async (_, query, status, paid) => {
    const ada = await newCaller(`pays${status}${query.length}@example.com`);
    const answer = await ada.order(query);
    expect(answer.status).toBe(status);
    expect(await ada.credits()).toEqual({ included: 10_000 - paid, purchased: 0, total: 10_000 - paid });
  });

  test('is given back to each balance what it paid from it', async () => {
    const ada = await newCaller('both@example.com');
    await setCredits(ada.email, 2, 10);
    expect((await ada.order()).status).toBe(200);
    expect(await ada.credits()).toEqual({ included: 0, purchased: 7, total: 7 });
    await setCredits(ada.email, 2, 10);
    expect((await ada.order('?status=500')).status).toBe(500);
    expect(await ada.credits()).toEqual({ included: 2, purchased: 10, total: 12 });
  });

  test('is given back exactly, also when 40 fail at once between 40 that succeed', async () => {
    const ada = await newCaller('storm@example.com');
    await Promise.all(Array.from({ length: 80 }, (_, i) => ada.order(i % 2 ? '?status=502' : '')));
    expect((await ada.credits()).total).toBe(10_000 - 40 * 5);
    expect(await ada.requests()).toBe(81);
  });

  test('can be made with the last credits again within 2 s of a failure, and not after a success', async () => {
    const ada = await newCaller('last@example.com');
    await setCredits(ada.email, 5, 0);
    expect((await ada.order('?status=500')).status).toBe(500);
    await vi.waitFor(async () => expect((await ada.order()).status).toBe(200), 2_500);
    const refused = await ada.order();
    expect(refused.status).toBe(402);
    expect(refused.json).toMatchObject({ code: 'insufficient_credits', status: 402 });
  });

  test('and tells what is left on a failure too, where the handler answered one', async () => {
    const ada = await newCaller('told@example.com');
    expect((await ada.order('?status=500')).headers.get('ratelimit')).toMatch(/^"plan";r=595;t=\d+$/);
  });
});

describe('a route that is not explained', () => {
  test('runs its handler for accepted calls only, and its callers hear a bare 403', async () => {
    const ada = await newCaller('plain@example.com', { quota: { limit: 1, period: 'day' } });
    expect((await ada.item()).status).toBe(200);
    const handled = service.invocations('GET /shop/items/{id}');
    const refused = await ada.item();
    expect(refused.status).toBe(403);
    expect(refused.json).toEqual({ message: 'Forbidden' });
    expect(service.invocations('GET /shop/items/{id}')).toBe(handled);
  });
});
