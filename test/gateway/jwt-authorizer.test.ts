import { createHmac } from 'node:crypto';
import { exportJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../local/gateway/listen.ts';
import { ECHO } from './support/functions.ts';
import { type Harness, type RouteSetup, startGateway } from './support/harness.ts';
import { type Issuer, makeKey, startIssuer } from './support/issuer.ts';

/** The gateway's clock, in epoch seconds. */
const NOW = 1_800_000_000;
const CLAIMS = { aud: 'app', sub: 'u1', iat: NOW, exp: NOW + 60 };

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

const authorizer = (issuer: string) => ({
  type: 'jwt' as const,
  issuer,
  audience: ['app', 'other-app'],
  identitySource: ['$request.header.Authorization'],
});

const gatewayFor = (issuer: string, options: { route?: Partial<RouteSetup>; keyCooldownMs?: number } = {}) =>
  startGateway({
    functions: { echo: ECHO },
    routes: [{ routeKey: 'ANY /me', authorizer: authorizer(issuer), ...options.route }],
    logFormat: '$context.authorizer.error|$context.authorizer.claims.sub|$context.authorizer.claims',
    clock: () => NOW * 1000,
    ...(options.keyCooldownMs !== undefined && { keyCooldownMs: options.keyCooldownMs }),
  });

let issuer: Issuer;
let gateway: Harness;
let scoped: Harness;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await gatewayFor(issuer.url);
  scoped = await gatewayFor(issuer.url, { route: { authorizationScopes: ['keys:read', 'keys:write'] } });
});
afterAll(async () => {
  await gateway.close();
  await scoped.close();
  await issuer.close();
});

const call = (token: string, to = gateway) => to.send('GET', '/me', ['Authorization', `Bearer ${token}`]);

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs what a forger can: with no key, or with a secret. */
function forge(header: object, claims: object, secret?: string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const valid = () => ({ iss: issuer.url, ...CLAIMS });

describe('a token is refused by 401, and no function runs, when', () => {
  const cases: [string, () => Promise<string> | string, RegExp][] = [
    ['it is no token', () => 'garbage', /malformed/],
    ['its payload is no JSON', () => 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImZpcnN0In0.bm8.c2ln', /./],
    ['it has expired', () => issuer.sign({ ...CLAIMS, exp: NOW }), /the token has expired/],
    ['it has no expiry', () => issuer.sign({ aud: 'app' }), /expiry/],
    ['it is not valid yet', () => issuer.sign({ ...CLAIMS, nbf: NOW + 1 }), /not valid yet/],
    ['it is issued in the future', () => issuer.sign({ ...CLAIMS, iat: NOW + 1 }), /in the future/],
    ['its issuer is another', () => issuer.sign({ ...CLAIMS, iss: 'https://other.example' }), /valid issuer/],
    ['its issuer differs by a slash', () => issuer.sign({ ...CLAIMS, iss: `${issuer.url}/` }), /valid issuer/],
    ['its audience is another', () => issuer.sign({ ...CLAIMS, aud: 'x' }), /the token does not have a valid audience/],
    ['it has no audience', () => issuer.sign({ exp: NOW + 60 }), /valid audience/],
    [
      'its audience is another, though client_id fits',
      () => issuer.sign({ ...CLAIMS, aud: 'x', client_id: 'app' }),
      /valid audience/,
    ],
    ['its algorithm is none', () => forge({ alg: 'none', kid: 'first' }, valid()), /./],
    [
      'it is signed by HS256 with the public key',
      async () => forge({ alg: 'HS256', kid: 'first' }, valid(), await issuer.publicKeyPem()),
      /signing method/,
    ],
    ['it has no kid', () => issuer.sign(CLAIMS, { kid: '' }), /kid/],
    ['its kid is unknown', () => issuer.sign(CLAIMS, { kid: 'nobody' }), /unknown key/],
    ['it is signed by another key', () => signByStranger(CLAIMS), /signature is invalid/],
    ['it is signed by an elliptic curve', () => signByStranger(CLAIMS, 'ES256'), /signing method/],
    ['it brings its own key', () => signByStranger(CLAIMS, 'RS256', true), /signature is invalid/],
    ['a character of it is changed', async () => (await issuer.sign(CLAIMS)).replace(/\.(.)/, '.$1$1'), /./],
  ];

  async function signByStranger(claims: JWTPayload, alg = 'RS256', embedKey = false): Promise<string> {
    const { privateKey, publicKey } = await makeKey(alg);
    const header: JWTHeaderParameters = { alg, kid: 'first', ...(embedKey && { jwk: await exportJWK(publicKey) }) };
    return new SignJWT({ iss: issuer.url, ...claims }).setProtectedHeader(header).sign(privateKey);
  }

  test.each(cases)('%s', async (_case, token, reason) => {
    const { status, json, headers } = await call(await token());
    expect({ status, json }).toEqual({ status: 401, json: { message: 'Unauthorized' } });
    expect(headers['www-authenticate']).toMatch(/^Bearer scope="" error="invalid_token" error_description="[^"]+"$/);
    expect(headers['www-authenticate']).toMatch(reason);
    expect(headers['apigw-requestid']).toMatch(/=$/);
    expect(gateway.accessLog.at(-1)).toMatch(/^invalid_token: .+\|-\|-$/);
    expect(gateway.invocations('echo')).toBe(0);
  });

  test.each([
    ['it is missing', []],
    ['its header is empty', ['Authorization', '']],
  ])('%s', async (_case, headers) => {
    const answer = await gateway.send('GET', '/me', headers);
    expect([answer.status, answer.json]).toEqual([401, { message: 'Unauthorized' }]);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(gateway.invocations('echo')).toBe(0);
  });
});

describe('a token is taken', () => {
  const { aud, iat, ...noAudience } = CLAIMS;
  test.each<[string, string, JWTPayload]>([
    ['with the prefix Bearer', 'Bearer ', CLAIMS],
    ['with the prefix bearer', 'bearer ', CLAIMS],
    ['without prefix', '', CLAIMS],
    ['for one of several audiences', '', { ...CLAIMS, aud: ['x', 'other-app'] }],
    ['by client_id where there is no aud', '', { ...noAudience, iat, client_id: 'app' }],
    ['with times that are just in order', '', { ...CLAIMS, nbf: NOW, iat: NOW, exp: NOW + 1 }],
    ['without iat and nbf', '', { ...noAudience, aud }],
  ])('%s', async (_case, prefix, claims) => {
    const token = await issuer.sign(claims);
    expect((await gateway.send('GET', '/me', ['authorization', prefix + token])).status).toBe(200);
    expect(gateway.accessLog.at(-1)).toBe('-|u1|-');
  });

  test.each(['RS384', 'RS512'])('signed by %s', async (alg) => {
    const { privateKey, publicKey } = await makeKey(alg);
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] };
    const server = await listen((request, response) => {
      response.end(JSON.stringify(request.url === '/keys' ? keys : { jwks_uri: `${server.url}/keys` }));
    });
    const own = await gatewayFor(server.url);
    cleanUp.push(own.close, server.close);
    const token = await new SignJWT({ iss: server.url, ...CLAIMS })
      .setProtectedHeader({ alg, kid: 'k' })
      .sign(privateKey);
    expect((await call(token, own)).status).toBe(200);
  });
});

describe('claims', () => {
  test('are all strings: arrays in brackets, objects as JSON, null left out', async () => {
    const token = await issuer.sign({
      ...CLAIMS,
      email_verified: true,
      'cognito:groups': ['admin', 'power user'],
      empty: [],
      nothing: null,
      address: { city: 'Köln' },
      ratio: 0.5,
    });
    expect((await call(token)).event.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          aud: 'app',
          sub: 'u1',
          iat: String(NOW),
          exp: String(NOW + 60),
          email_verified: 'true',
          'cognito:groups': '[admin power user]',
          empty: '[]',
          address: '{"city":"Köln"}',
          ratio: '0.5',
        },
        scopes: null,
      },
    });
  });

  test.each([
    ['scope', 'openid keys:read'],
    ['scp', 'openid keys:read'],
    ['scp', ['openid', 'keys:read']],
  ])('%s %j holds a scope of the route: all of them are passed on', async (claim, value) => {
    const { event } = await call(await issuer.sign({ ...CLAIMS, [claim]: value }), scoped);
    expect(event.requestContext.authorizer).toMatchObject({ jwt: { scopes: ['openid', 'keys:read'] } });
  });

  test.each([[{}], [{ scope: 'openid' }], [{ scope: 'keys:reader' }], [{ scp: ['openid'] }]])(
    '%j hold no scope of the route: 403, and no function runs',
    async (claims) => {
      const before = scoped.invocations('echo');
      const { status, json } = await call(await issuer.sign({ ...CLAIMS, ...claims }), scoped);
      expect({ status, json }).toEqual({ status: 403, json: { message: 'Forbidden' } });
      expect(scoped.invocations('echo')).toBe(before);
    },
  );
});

describe('the keys of the issuer', () => {
  async function startRotating(keyCooldownMs: number) {
    const own = await startIssuer();
    const harness = await gatewayFor(own.url, { keyCooldownMs });
    cleanUp.push(harness.close, own.close);
    const status = async (): Promise<number> => (await call(await own.sign(CLAIMS), harness)).status;
    return { own, status };
  }

  test('are fetched once', async () => {
    const { own, status } = await startRotating(5000);
    expect(await Promise.all([status(), status(), status()])).toEqual([200, 200, 200]);
    expect(await status()).toBe(200);
    expect(own.keyFetches()).toBe(1);
  });

  test('are fetched again for an unknown kid, so that a rotated key is found', async () => {
    const { own, status } = await startRotating(0);
    expect(await status()).toBe(200);
    await own.rotate('second');
    expect(await status()).toBe(200);
    expect(own.keyFetches()).toBe(2);
  });

  test('are not fetched again within the cooldown', async () => {
    const { own, status } = await startRotating(60_000);
    expect(await status()).toBe(200);
    await own.rotate('second');
    expect([await status(), await status()]).toEqual([401, 401]);
    expect(own.keyFetches()).toBe(1);
  });

  test.each([
    ['no discovery document', 404, '', 'OIDC discovery endpoint communication error'],
    ['a discovery document that names no keys', 200, '{}', 'OIDC discovery endpoint communication error'],
    ['no keys where it says', 200, '{"jwks_uri":"http://127.0.0.1:1/keys"}', 'JWKS communication error'],
  ])('cannot be had from an issuer with %s: 401', async (_what, status, body, reason) => {
    const server = await listen((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    const own = await gatewayFor(server.url);
    cleanUp.push(own.close, server.close);
    const answer = await call(await issuer.sign({ ...CLAIMS, iss: server.url }), own);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain(reason);
    expect(own.accessLog).toEqual([`invalid_token: ${reason}|-|-`]);
  });

  test('are asked for again after a failed discovery', async () => {
    let healthy = false;
    const server = await listen((_request, response) => {
      response.statusCode = healthy ? 200 : 503;
      response.end(JSON.stringify({ jwks_uri: `${issuer.url}/keys` }));
    });
    const own = await gatewayFor(server.url);
    cleanUp.push(own.close, server.close);
    const token = await issuer.sign({ ...CLAIMS, iss: server.url });
    expect((await call(token, own)).status).toBe(401);
    healthy = true;
    expect((await call(token, own)).status).toBe(200);
  });

  test('that do not come within 1.5 s are given up: 401', async () => {
    const server = await listen(() => {});
    const own = await gatewayFor(server.url);
    cleanUp.push(own.close, server.close);
    expect((await call(await issuer.sign({ ...CLAIMS, iss: server.url }), own)).status).toBe(401);
  });
});
