import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { keyContext, keyContextOf, UNCHECKED, verdictContextOf } from '../../../lib/http/key-context.ts';
import { keyWith, STANDING } from '../../support/records.ts';

const eventWith = (authorizer: unknown) => ({ requestContext: { authorizer } }) as unknown as APIGatewayProxyEventV2;

test('keyContextOf reads what the authorizer told', () => {
  const context = keyContext({ allowed: true, key: keyWith(), standing: STANDING }, false);
  expect(keyContextOf(eventWith({ lambda: context }))).toEqual(context);
});

test.each([
  ['no authorizer', undefined],
  ['a JWT authorizer', { jwt: { claims: {}, scopes: null } }],
  ['an authorizer without a context', { lambda: null }],
])('keyContextOf fails on a route with %s', (_, authorizer) => {
  expect(() => keyContextOf(eventWith(authorizer))).toThrow('not protected by the API key authorizer');
});

test('keyContextOf fails on a refusal let through, and verdictContextOf tells why it was refused', () => {
  const verdict = { allowed: false, refusal: { code: 'rate_limited', retryAfter: 7 } } as const;
  const context = keyContext({ ...verdict, key: keyWith(), standing: STANDING }, false);
  const event = eventWith({ lambda: context });
  expect(() => keyContextOf(event)).toThrow('the call was refused (rate_limited)');
  expect(verdictContextOf(event)).toEqual(context);
  expect(context).toMatchObject({ code: 'rate_limited', retryAfter: 7, standing: STANDING });
});

test('of an unknown key there is nothing to tell but the code', () => {
  expect(keyContext({ allowed: false, refusal: { code: 'invalid_key' } }, false)).toEqual({ code: 'invalid_key' });
});

test('of an accepted call it tells what was paid, and where it can be given back', () => {
  const payment = { id: 'abcd1', included: 2, month: 'I0iu', purchased: 1 };
  const paid = { allowed: true, key: keyWith(), standing: STANDING, payment } as const;
  expect(keyContext(paid, true)).toMatchObject({ payment, credits: 3, refundable: true });
  expect(keyContext(paid, false)).toMatchObject({ payment, credits: 3 });
  expect(keyContext(paid, false)).not.toHaveProperty('refundable');
  const free = keyContext({ allowed: true, key: keyWith(), standing: STANDING }, true);
  expect(free).toMatchObject({ credits: 0 });
  expect(free).not.toHaveProperty('payment');
  expect(free).not.toHaveProperty('refundable');
});

test('keyContextOf fails on a call that could not be checked', () => {
  expect(() => keyContextOf(eventWith({ lambda: UNCHECKED }))).toThrow('the call was refused (unavailable)');
});
