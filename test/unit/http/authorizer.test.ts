import type { APIGatewayRequestAuthorizerEvent, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AuthorizerEvent, authorizerAnswer, presentedKey, uncheckedAnswer } from '../../../lib/http/authorizer.ts';
import type { KeySecret } from '../../../lib/keys/key.ts';
import { parseSecret } from '../../../lib/keys/secret.ts';
import { GONE, type Verdict } from '../../../lib/metering/verdict.ts';
import { keyWith, NOW, STANDING } from '../../support/records.ts';

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/GET/api/whoami';

const httpApi = (headers?: Record<string, string>) =>
  ({ version: '2.0', type: 'REQUEST', routeArn: ARN, headers }) as unknown as APIGatewayRequestAuthorizerEventV2;
const httpApi1 = (headers?: Record<string, string>) =>
  ({ version: '1.0', type: 'REQUEST', methodArn: ARN, headers }) as unknown as APIGatewayRequestAuthorizerEvent;
const restApi = (headers: Record<string, string> | null) =>
  ({ type: 'REQUEST', methodArn: ARN, headers }) as unknown as APIGatewayRequestAuthorizerEvent;

describe('presentedKey', () => {
  test.each<[string, AuthorizerEvent, string | undefined]>([
    ['an HTTP API, payload 2.0', httpApi({ 'x-api-key': 'k' }), 'k'],
    ['an HTTP API, payload 1.0', httpApi1({ 'X-Api-Key': 'k' }), 'k'],
    ['a REST API, as the caller wrote it', restApi({ 'X-API-Key': 'k' }), 'k'],
    ['a REST API, in capitals', restApi({ 'X-API-KEY': 'k' }), 'k'],
    ['a header sent twice', httpApi({ 'x-api-key': 'k,l' }), 'k,l'],
    ['an empty header', httpApi({ 'x-api-key': '' }), ''],
    ['other headers only', httpApi({ authorization: 'k', 'x-api-key-2': 'k' }), undefined],
    ['an HTTP API without headers', httpApi(), undefined],
    ['a REST API without headers', restApi(null), undefined],
  ])('reads the key of %s', (_, event, key) => {
    expect(presentedKey(event)).toBe(key);
  });

  test('leads to no secret, and never throws, for 10,000 arbitrary events', () => {
    const name = fc.oneof(fc.constantFrom('x-api-key', 'X-API-Key', '__proto__', 'constructor'), fc.string());
    const headers = fc.oneof(fc.dictionary(name, fc.anything()), fc.anything());
    const event = fc.oneof(fc.record({ version: fc.anything(), headers }, { requiredKeys: [] }), fc.object());
    fc.assert(
      fc.property(event, (odd) => {
        expect(parseSecret(presentedKey(odd as AuthorizerEvent))).toBeUndefined();
      }),
      { numRuns: 10_000 },
    );
  });
});

const allowed: Verdict = {
  allowed: true,
  key: keyWith({ scopes: ['orders:read', 'orders:write'], expiresAt: NOW }),
  standing: STANDING,
};
const denied: Verdict = {
  allowed: false,
  refusal: { code: 'rate_limited', retryAfter: 7 },
  key: keyWith(),
  standing: STANDING,
};
const unknown: Verdict = { allowed: false, refusal: { code: 'invalid_key' } };

describe('authorizerAnswer', () => {
  test('to payload 2.0 is simple, with the key’s context for the handler', () => {
    expect(authorizerAnswer(httpApi(), allowed, false)).toEqual({
      isAuthorized: true,
      context: {
        code: 'allowed',
        keyId: '01KAPZ0000000000000000000A',
        email: 'ada@example.com',
        name: 'default',
        environment: 'live',
        scopes: ['orders:read', 'orders:write'],
        expiresAt: '2026-11-23T12:00:00.000Z',
        standing: STANDING,
        credits: 0,
      },
    });
  });

  test.each([
    [
      'a known key',
      denied,
      {
        code: 'rate_limited',
        retryAfter: 7,
        keyId: '01KAPZ0000000000000000000A',
        email: 'ada@example.com',
        name: 'default',
        environment: 'live',
        scopes: [],
        expiresAt: null,
        standing: STANDING,
      },
    ],
    ['an unknown key', unknown, { code: 'invalid_key' }],
  ])('to payload 2.0 refuses %s and says why to the access log', (_, verdict, context) => {
    expect(authorizerAnswer(httpApi(), verdict, false)).toEqual({ isAuthorized: false, context });
  });

  test.each<[string, Verdict, boolean]>([
    ['lets the refusal of a known key through to the handler', denied, true],
    ['lets the refusal of a key through whose record is gone, with its code', GONE, true],
    ['still refuses an unknown key', unknown, false],
  ])('on an explained route %s', (_, verdict, passes) => {
    expect(authorizerAnswer(httpApi(), verdict, true)).toMatchObject({ isAuthorized: passes });
    const Effect = passes ? 'Allow' : 'Deny';
    expect(authorizerAnswer(restApi(null), verdict, true)).toMatchObject({
      policyDocument: { Statement: [{ Effect }] },
    });
  });

  const formats: [string, APIGatewayRequestAuthorizerEvent][] = [
    ['payload 1.0 of an HTTP API', httpApi1()],
    ['a REST API', restApi(null)],
  ];
  test.each(formats)('to %s is a policy for this one request', (_, event) => {
    const policy = (Effect: string) => ({
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: ARN }],
    });
    expect(authorizerAnswer(event, allowed, false)).toMatchObject({
      principalId: '01KAPZ0000000000000000000A',
      policyDocument: policy('Allow'),
    });
    expect(authorizerAnswer(event, denied, false)).toMatchObject({ policyDocument: policy('Deny') });
    expect(authorizerAnswer(event, unknown, false)).toMatchObject({
      principalId: 'unknown',
      policyDocument: policy('Deny'),
    });
  });

  test.each(formats)('to %s has a context of scalars only, as the gateway demands', (_, event) => {
    const unending: Verdict = { allowed: true, key: keyWith(), standing: STANDING };
    for (const verdict of [allowed, denied, unknown, unending]) {
      const { context } = authorizerAnswer(event, verdict, false);
      expect(Object.values(context ?? {}).filter((value) => !['string', 'number'].includes(typeof value))).toEqual([]);
    }
    expect(authorizerAnswer(event, allowed, false).context).toMatchObject({ scopes: 'orders:read orders:write' });
    expect(authorizerAnswer(event, unending, false).context).not.toHaveProperty('expiresAt');
  });

  test.each([httpApi(), httpApi1(), restApi(null)])('never tells a hash or a hint of a secret', (event) => {
    const hash = '3b8640ca42f3b7046dc40b08e297f61c';
    const secrets = [{ ...keyWith().secrets[0], keyHash: hash, hint: 'sk_live_AbCd…wXyZ' } as KeySecret];
    for (const verdict of [allowed, denied]) {
      const answer = authorizerAnswer(event, { ...verdict, key: keyWith({ secrets }) }, false);
      expect(JSON.stringify(answer)).not.toMatch(/3b8640ca|sk_live/);
    }
  });
});

describe('uncheckedAnswer', () => {
  test('lets the handler of an explained route say that the call could not be checked', () => {
    expect(uncheckedAnswer(httpApi())).toEqual({ isAuthorized: true, context: { code: 'unavailable', retryAfter: 1 } });
    expect(uncheckedAnswer(restApi(null))).toMatchObject({
      principalId: 'unknown',
      policyDocument: { Statement: [{ Effect: 'Allow', Resource: ARN }] },
      context: { code: 'unavailable', retryAfter: 1 },
    });
  });
});
