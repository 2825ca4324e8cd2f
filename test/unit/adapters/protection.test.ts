import { describe, expect, test } from 'vitest';
import { refusalAnswer } from '../../../lib/adapters/answer.ts';
import { apiKey, apiKeyOf, type NodeRequest } from '../../../lib/adapters/express.ts';
import { protect } from '../../../lib/adapters/fetch.ts';
import type { RefusedCall, VerifiedKey } from '../../../lib/adapters/verification.ts';
import type { PresentedCall, Verifier } from '../../../lib/adapters/verify-client.ts';

const KEY: VerifiedKey = {
  keyId: '01',
  email: 'ada@example.com',
  name: 'default',
  environment: 'live',
  scopes: [],
  rateLimits: [{ name: 'plan', limit: 600, windowSeconds: 60, remaining: 599, resetSeconds: 7 }],
  quota: null,
  credits: { included: 1, purchased: 0, total: 1 },
  cost: 1,
};

function accepting() {
  const asked: PresentedCall[] = [];
  const verifier: Verifier = {
    verify: async (call) => {
      asked.push(call);
      return { valid: true, key: KEY, requestId: 'abc=' };
    },
  };
  return { verifier, asked };
}

const STATUSES: Readonly<Record<RefusedCall['code'], number>> = {
  invalid_key: 401,
  key_revoked: 401,
  key_disabled: 401,
  key_expired: 401,
  insufficient_credits: 402,
  account_suspended: 403,
  ip_denied: 403,
  scope_denied: 403,
  environment_denied: 403,
  rate_limited: 429,
  quota_exceeded: 429,
  daily_credits_spent: 429,
  unavailable: 503,
};

test.each(Object.entries(STATUSES))('%s is answered with %i and its reason', (code, status) => {
  const refused = { code: code as RefusedCall['code'], retryAfter: 9, rateLimits: KEY.rateLimits };
  const answer = refusalAnswer(refused, 'abc=');
  expect(answer.status).toBe(status);
  expect(answer.headers['retry-after']).toBe('9');
  expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'ApiKey' : undefined);
  expect(answer.headers.ratelimit).toBe('"plan";r=599;t=7');
  expect(JSON.parse(answer.body)).toMatchObject({ code, status, requestId: 'abc=' });
});

test.each<[string, object, RegExp]>([
  ['an unknown term', { price: 1 }, /protect: unknown option "price"; there are verifier, cost, scopes, ip, route/],
  ['no verifier', { verifier: undefined }, /verifier must be made by createVerifier/],
  ['part of a credit', { cost: 0.5 }, /cost must be a whole number from 0 to 1000000, given 0.5/],
  ['a scope that no key can have', { scopes: ['Orders'] }, /given "Orders"/],
  ['too many scopes', { scopes: Array(51).fill('a') }, /at most 50 scopes, given 51/],
])('%s is refused when the route is protected', (_, terms, message) => {
  const { verifier } = accepting();
  expect(() => protect(() => new Response(), { verifier, ...terms } as never)).toThrow(message);
});

describe('a Fetch-style handler', () => {
  const request = new Request('http://backend/orders', { headers: { 'x-api-key': 'text' } });

  test('is given the key, and what the platform passes', async () => {
    const { verifier, asked } = accepting();
    const handler = protect((_, key, platform: { region: string }) => Response.json([key.email, platform.region]), {
      verifier,
      ip: (_, { region }) => region,
      route: ({ method }) => `${method} /orders`,
    });
    expect(await (await handler(request, { region: 'north' })).json()).toEqual(['ada@example.com', 'north']);
    expect(asked).toEqual([{ key: 'text', ip: 'north', route: 'GET /orders', cost: 1, scopes: [] }]);
  });

  test.each([
    ['that cannot be changed', Response.redirect('http://backend/elsewhere', 303), 303],
    ['without a body', new Response(null, { status: 204 }), 204],
  ])('may answer with a response %s', async (_, response, status) => {
    const answer = await protect(() => response, { verifier: accepting().verifier })(request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('ratelimit')).toBe('"plan";r=599;t=7');
    expect(answer.headers.get('location')).toBe(response.headers.get('location'));
  });

  test('that fails, fails as it would alone', async () => {
    const handler = protect(() => Promise.reject(new Error('of its own')), { verifier: accepting().verifier });
    await expect(handler(request)).rejects.toThrow('of its own');
  });
});

describe('Node-style middleware', () => {
  /** Runs the middleware; answers what `next` was given, or nothing if it was not called. */
  const run = async (middleware: ReturnType<typeof apiKey>, request: object, response: object = {}) => {
    const given: unknown[][] = [];
    const headers = new Map<string, string>();
    const res = { setHeader: (name: string, value: string) => headers.set(name, value), ...response };
    const req = { headers: {}, socket: { remoteAddress: '192.0.2.1' }, ...request };
    middleware(req as never, res as never, (...args) => {
      given.push(args);
    });
    await new Promise((resolve) => setImmediate(resolve));
    return { given, headers, req: req as unknown as NodeRequest };
  };

  test.each<[string, object, Partial<PresentedCall>]>([
    ['the connection’s address', {}, { ip: '192.0.2.1', route: undefined }],
    [
      'what Express says',
      { method: 'GET', ip: '198.51.100.7', baseUrl: '/v1', route: { path: '/orders/:id' } },
      { ip: '198.51.100.7', route: 'GET /v1/orders/:id' },
    ],
    ['no route that is a pattern', { method: 'GET', baseUrl: '', route: { path: /orders/ } }, { route: undefined }],
  ])('asks with %s', async (_, request, expected) => {
    const { verifier, asked } = accepting();
    const { given, req } = await run(apiKey({ verifier }), request);
    expect(asked).toMatchObject([expected]);
    expect(given).toEqual([[]]);
    expect(apiKeyOf(req)).toBe(KEY);
  });

  test('hands an error of its options on', async () => {
    const error = new Error('no address');
    const ip = () => {
      throw error;
    };
    expect((await run(apiKey({ verifier: accepting().verifier, ip }), {})).given).toEqual([[error]]);
  });

  test('lets nothing pass that was answered meanwhile', async () => {
    const { given, headers } = await run(apiKey({ verifier: accepting().verifier }), {}, { headersSent: true });
    expect(given).toEqual([]);
    expect(headers.size).toBe(0);
  });

  test('an unprotected handler that asks for the key fails', () => {
    expect(() => apiKeyOf({})).toThrow('this route is not protected: put apiKey() before its handler');
  });
});
