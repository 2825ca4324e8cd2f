import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { keyContext, keyContextOf } from '../../../lib/http/key-context.ts';
import { keyWith } from '../../support/records.ts';

const eventWith = (authorizer: unknown) => ({ requestContext: { authorizer } }) as unknown as APIGatewayProxyEventV2;

test('keyContextOf reads what the authorizer told', () => {
  const context = keyContext(keyWith());
  expect(keyContextOf(eventWith({ lambda: context }))).toEqual(context);
});

test.each([
  ['no authorizer', undefined],
  ['a JWT authorizer', { jwt: { claims: {}, scopes: null } }],
  ['an authorizer without a context', { lambda: null }],
  ['a refusal let through', { lambda: { code: 'key_revoked', keyId: 'A', email: 'ada@example.com' } }],
])('keyContextOf fails on a route with %s', (_, authorizer) => {
  expect(() => keyContextOf(eventWith(authorizer))).toThrow('not protected by the API key authorizer');
});
