import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { type TokenForge, tokenForge } from './support/tokens.ts';

let service: Service;
let forge: TokenForge;
/** Whose keys the refused ask for: nothing ever happens to them. */
let untouched: Victim;
/** What the tables hold until somebody is let in. */
let tables: string[];
beforeAll(async () => {
  service = await startService();
  forge = await tokenForge(service);
  untouched = await newVictim();
  tables = await service.dump();
});
afterAll(() => service.close());

/** A user who has a key: what a management route is called about. */
interface Victim {
  readonly email: string;
  readonly keyId: string;
}

interface Managed {
  /** The path, with the victim in it. */
  readonly path: (victim: Victim) => string;
  readonly body?: (victim: Victim) => object;
  /** Status for those who may. */
  readonly ok: number;
  /** For admins alone. @default false */
  readonly adminOnly?: boolean;
}

const keysOf = ({ email }: Victim) => `/api/user/key/${encodeURIComponent(email)}`;

/** Every management route of the template. */
const ROUTES: Readonly<Record<string, Managed>> = {
  'GET /api/user/key/{email}': { path: keysOf, ok: 200 },
  'POST /api/user/key': { path: () => '/api/user/key', body: ({ email }) => ({ email }), ok: 201 },
  'DELETE /api/user/key/{email}': { path: keysOf, ok: 200 },
  'DELETE /api/user/key/{email}/{keyId}': { path: (victim) => `${keysOf(victim)}/${victim.keyId}`, ok: 200 },
  'PATCH /api/user/key/{email}/{keyId}': {
    path: (victim) => `${keysOf(victim)}/${victim.keyId}`,
    body: () => ({ name: 'renamed' }),
    ok: 200,
  },
  'POST /api/user/key/{email}/{keyId}/rotate': {
    path: (victim) => `${keysOf(victim)}/${victim.keyId}/rotate`,
    body: () => ({}),
    ok: 200,
  },
  'POST /api/user/key/{email}/{keyId}/end-grace': {
    path: (victim) => `${keysOf(victim)}/${victim.keyId}/end-grace`,
    ok: 200,
  },
  'GET /api/user/events/{email}': { path: ({ email }) => `/api/user/events/${encodeURIComponent(email)}`, ok: 200 },
  'GET /api/user/usage/{email}': { path: ({ email }) => `/api/user/usage/${encodeURIComponent(email)}`, ok: 200 },
  'GET /api/user/credits/{email}': { path: ({ email }) => `/api/user/credits/${encodeURIComponent(email)}`, ok: 200 },
  'POST /api/billing/checkout': {
    path: () => '/api/billing/checkout',
    body: ({ email }) => ({ email, pack: 'small' }),
    // Payments are off here: who may is told so.
    ok: 501,
  },
  'PUT /api/user/top-up/{email}': {
    path: ({ email }) => `/api/user/top-up/${encodeURIComponent(email)}`,
    body: () => ({ threshold: 100, pack: 'small', monthlyCap: 5_000 }),
    ok: 501,
  },
  'DELETE /api/user/top-up/{email}': {
    path: ({ email }) => `/api/user/top-up/${encodeURIComponent(email)}`,
    ok: 200,
  },
  'POST /api/admin/user/{email}/view': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/view`,
    ok: 200,
    adminOnly: true,
  },
  'GET /api/admin/users': { path: () => '/api/admin/users', ok: 200, adminOnly: true },
  'PUT /api/admin/user/{email}/status': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/status`,
    body: () => ({ status: 'suspended', reason: 'unpaid' }),
    ok: 200,
    adminOnly: true,
  },
  'POST /api/admin/user/{email}/credits': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/credits`,
    body: () => ({ amount: 100, reason: 'goodwill' }),
    ok: 200,
    adminOnly: true,
  },
  'PUT /api/admin/user/{email}/plan': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/plan`,
    body: () => ({ plan: 'pro' }),
    ok: 200,
    adminOnly: true,
  },
};

/** What becomes of a caller: `owner` may do what is not for admins alone. */
type Expected = 401 | 403 | 'owner' | 'admin';

interface CallerRow {
  readonly caller: string;
  readonly token: (victim: string) => Promise<string> | string | undefined;
  readonly expected: Expected;
}

const OTHER = 'mallory@example.com';
const GROUPS = 'cognito:groups';

/** Who calls: each token has one fault at most. Where nothing else is said it is the victim's own. */
const CALLERS: readonly CallerRow[] = [
  { caller: 'no token', token: () => undefined, expected: 401 },
  { caller: 'an empty token', token: () => '', expected: 401 },
  { caller: 'garbage', token: () => 'garbage', expected: 401 },
  { caller: 'three parts of garbage', token: () => 'a.b.c', expected: 401 },
  { caller: 'an expired token', token: (email) => forge.good(email, { exp: forge.now - 1 }), expected: 401 },
  { caller: 'a token that never expires', token: (email) => forge.good(email, { exp: undefined }), expected: 401 },
  {
    caller: 'a token that is not valid yet',
    token: (email) => forge.good(email, { nbf: forge.now + 600 }),
    expected: 401,
  },
  { caller: 'a token of the future', token: (email) => forge.good(email, { iat: forge.now + 600 }), expected: 401 },
  {
    caller: 'a wrong issuer',
    token: (email) => forge.good(email, { iss: 'https://issuer.example.com' }),
    expected: 401,
  },
  { caller: 'a wrong audience', token: (email) => forge.good(email, { aud: 'other-client' }), expected: 401 },
  { caller: 'no audience', token: (email) => forge.good(email, { aud: undefined }), expected: 401 },
  { caller: 'alg: none', token: (email) => forge.unsigned(email, 'none'), expected: 401 },
  { caller: 'alg: RS256 and no signature', token: (email) => forge.unsigned(email, 'RS256'), expected: 401 },
  { caller: 'HS256 signed with the public key', token: (email) => forge.byPublicKey(email), expected: 401 },
  {
    caller: 'a stranger’s signature under the provider’s kid',
    token: (email) => forge.byStranger(email),
    expected: 401,
  },
  { caller: 'no kid', token: (email) => forge.withoutKid(email), expected: 401 },
  { caller: 'claims replaced after signing', token: (email) => forge.tampered(OTHER, email), expected: 401 },

  { caller: 'a token without email', token: (email) => forge.good(email, { email: undefined }), expected: 403 },
  {
    caller: 'a token without email_verified',
    token: (email) => forge.good(email, { email_verified: undefined }),
    expected: 403,
  },
  {
    caller: 'an email that is not verified',
    token: (email) => forge.good(email, { email_verified: false }),
    expected: 403,
  },
  { caller: 'another user', token: () => forge.good(OTHER), expected: 403 },
  {
    caller: 'another user, whose subject is the email',
    token: (email) => forge.good(OTHER, { sub: email }),
    expected: 403,
  },
  {
    caller: 'another user, with two emails in the claim',
    token: (email) => forge.good(OTHER, { email: [OTHER, email] }),
    expected: 403,
  },
  {
    caller: 'a group that is not quite admin',
    token: () => forge.good(OTHER, { [GROUPS]: ['admins', 'Admin', 'not-admin'] }),
    expected: 403,
  },
  { caller: 'the admin group in another claim', token: () => forge.good(OTHER, { groups: ['admin'] }), expected: 403 },

  { caller: 'the owner', token: (email) => forge.good(email), expected: 'owner' },
  { caller: 'an admin', token: () => forge.good(OTHER, { [GROUPS]: ['staff', 'admin'] }), expected: 'admin' },
  {
    caller: 'an admin without email',
    token: () => forge.good('root', { email: undefined, [GROUPS]: ['admin'] }),
    expected: 'admin',
  },
];

let victims = 0;
async function newVictim(): Promise<Victim> {
  const email = `victim${++victims}@example.com`;
  const made = await service.call('POST /api/user/key', { token: await forge.good(email), body: { email } });
  return { email, keyId: made.json.keyId };
}

const isAllowed = (status: number): boolean => status !== 401 && status !== 403;

function statusFor({ ok, adminOnly = false }: Managed, expected: Expected): number {
  if (expected === 'admin') return ok;
  if (expected === 'owner') return adminOnly ? 403 : ok;
  return expected;
}

/** Those who are refused come first, so that nothing has changed until then. */
const ROWS = Object.entries(ROUTES)
  .flatMap(([route, managed]) =>
    CALLERS.map(({ caller, token, expected }) => ({
      route,
      caller,
      managed,
      token,
      status: statusFor(managed, expected),
    })),
  )
  .toSorted((a, b) => Number(isAllowed(a.status)) - Number(isAllowed(b.status)));

test('the table names every route that takes a token', () => {
  const managed = service.instance.stack.api.routes.filter(({ authorizer }) => authorizer?.type === 'jwt');
  expect(Object.keys(ROUTES).sort()).toEqual(managed.map(({ routeKey }) => routeKey).sort());
});

describe('who may call which management route', () => {
  test.each(ROWS)('$route × $caller → $status', async ({ route, managed, token, status }) => {
    const mayCall = isAllowed(status);
    const victim = mayCall ? await newVictim() : untouched;
    const invocations = service.invocations(route);
    const body = managed.body?.(victim);
    const answer = await service.call(`${route.split(' ')[0]} ${managed.path(victim)}`, {
      token: await token(victim.email),
      ...(body && { body }),
    });
    expect(answer.status).toBe(status);
    if (mayCall) return;
    expect(await service.dump()).toEqual(tables);
    // The gateway refuses what is no good token, the function who may not.
    expect(service.invocations(route)).toBe(status === 401 ? invocations : invocations + 1);
    if (status === 401) expect(answer.json).toEqual({ message: 'Unauthorized' });
    else expect(answer.json).toMatchObject({ code: 'forbidden', requestId: answer.headers.get('apigw-requestid') });
  });
});
