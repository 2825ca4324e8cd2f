import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { keyContext, UNCHECKED } from '../../../../lib/http/key-context.ts';
import { apiKey } from '../../../../lib/http/middleware/api-key.ts';
import { PROBLEMS } from '../../../../lib/http/problem.ts';
import { rateLimitHeaders } from '../../../../lib/http/rate-limit-headers.ts';
import type { Refusal, Verdict } from '../../../../lib/metering/verdict.ts';
import { keyWith, STANDING } from '../../../support/records.ts';

const KNOWN = { key: keyWith(), standing: STANDING };
const LEFT = rateLimitHeaders(STANDING);

/** Asks a protected route, and tells how often its handler ran. */
async function ask(authorizer: unknown) {
  let runs = 0;
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(apiKey())
    .handler(async () => {
      runs++;
      return { statusCode: 201, headers: { 'x-own': 'kept' }, body: 'done' };
    });
  const event = { requestContext: { requestId: 'r1', authorizer } } as unknown as APIGatewayProxyEventV2;
  const response = await handler(event, {} as Context);
  return { response, runs };
}
const askWith = (verdict: Verdict) => ask({ lambda: keyContext(verdict, false) });

test('an accepted call is answered by the handler, with what is left added to its headers', async () => {
  expect(await askWith({ allowed: true, ...KNOWN })).toEqual({
    response: { statusCode: 201, headers: { 'x-own': 'kept', ...LEFT }, body: 'done' },
    runs: 1,
  });
});

const CHALLENGE = { 'www-authenticate': 'ApiKey' };
test.each<[Refusal, number, Record<string, string>]>([
  [{ code: 'key_revoked' }, 401, CHALLENGE],
  [{ code: 'key_disabled' }, 401, CHALLENGE],
  [{ code: 'key_expired' }, 401, CHALLENGE],
  [{ code: 'insufficient_credits' }, 402, {}],
  [{ code: 'account_suspended' }, 403, {}],
  [{ code: 'ip_denied' }, 403, {}],
  [{ code: 'scope_denied' }, 403, {}],
  [{ code: 'environment_denied' }, 403, {}],
  [{ code: 'rate_limited', retryAfter: 7 }, 429, { 'retry-after': '7' }],
  [{ code: 'rate_limited' }, 429, {}],
  [{ code: 'quota_exceeded', retryAfter: 648_000 }, 429, { 'retry-after': '648000' }],
])(
  'a call refused by $code is answered %s with a problem, and the handler does not run',
  async (refusal, status, headers) => {
    const { response, runs } = await askWith({ allowed: false, refusal, ...KNOWN });
    expect(runs).toBe(0);
    expect(response).toMatchObject({ statusCode: status });
    expect(response.headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
      ...LEFT,
    });
    expect(JSON.parse(response.body ?? '')).toEqual({
      type: `urn:sensei-keys:problem:${refusal.code}`,
      title: PROBLEMS[refusal.code].title,
      status,
      detail: expect.stringMatching(/\w/),
      code: refusal.code,
      requestId: 'r1',
    });
  },
);

test('a call that lacks scopes is told which', async () => {
  const detailOf = async (refusal: Refusal) =>
    JSON.parse((await askWith({ allowed: false, refusal, ...KNOWN })).response.body ?? '').detail;
  expect(await detailOf({ code: 'scope_denied', missingScopes: ['orders:write'] })).toBe(
    'The key lacks scope orders:write, which this call demands',
  );
  expect(await detailOf({ code: 'scope_denied', missingScopes: ['a:b', 'c:d'] })).toContain('scopes a:b, c:d');
});

test('a call that could not be checked is answered 503, and the handler does not run', async () => {
  const { response, runs } = await ask({ lambda: UNCHECKED });
  expect(runs).toBe(0);
  expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  expect(JSON.parse(response.body ?? '')).toMatchObject({ code: 'unavailable', status: 503 });
});

test('a route without the API key authorizer fails, and its handler does not run', async () => {
  await expect(ask(undefined)).rejects.toThrow('not protected by the API key authorizer');
});
