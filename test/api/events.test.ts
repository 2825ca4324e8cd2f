import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Service, startService } from './support/service.ts';

let service: Service;
let admin: string;
beforeAll(async () => {
  service = await startService();
  admin = await service.token('root@example.com', { admin: true });
});
afterAll(() => service.close());

interface User {
  readonly email: string;
  readonly token: string;
  readonly keyId: string;
  readonly apiKey: string;
}

let users = 0;
async function newUser(): Promise<User> {
  const email = `user${++users}@example.com`;
  const token = await service.token(email);
  const { json } = await service.call('POST /api/user/key', { token, body: { email } });
  return { email, token, keyId: json.keyId, apiKey: json.apiKey };
}

const keysOf = ({ email }: User) => `/api/user/key/${encodeURIComponent(email)}`;
const eventsPath = ({ email }: User, query = '') => `/api/user/events/${encodeURIComponent(email)}${query}`;

interface Entry {
  readonly eventId: string;
  readonly type: string;
  readonly at: string;
  readonly actor: { readonly email: string; readonly ip: string; readonly userAgent: string };
  readonly keyId?: string;
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

async function eventsOf(user: User, query = '?limit=100'): Promise<Entry[]> {
  const answer = await service.call(eventsPath(user, query), { token: user.token });
  expect(answer.status).toBe(200);
  return answer.json.entries;
}

/** One change, as it succeeds and as it fails: what it is about, the event that it leaves, and the status of the failure. */
interface Change {
  readonly path: (user: User) => string;
  readonly body?: (user: User) => object;
  readonly type: string;
  readonly bad: { readonly path?: (user: User) => string; readonly body?: object; readonly status: number };
  readonly byAdmin?: boolean;
}

const UNKNOWN_KEY = '01KAPZ00000000000000000000';
const oneKey = (user: User) => `${keysOf(user)}/${user.keyId}`;
const unknownKey = (user: User) => `${keysOf(user)}/${UNKNOWN_KEY}`;

const CHANGES: Readonly<Record<string, Change>> = {
  'POST /api/user/key': {
    path: () => '/api/user/key',
    body: ({ email }) => ({ email }),
    type: 'key.created',
    bad: { body: { email: 'none' }, status: 400 },
  },
  'DELETE /api/user/key/{email}': {
    path: keysOf,
    type: 'key.revoked',
    bad: { path: () => '/api/user/key/none', status: 400 },
  },
  'DELETE /api/user/key/{email}/{keyId}': {
    path: oneKey,
    type: 'key.revoked',
    bad: { path: unknownKey, status: 404 },
  },
  'PATCH /api/user/key/{email}/{keyId}': {
    path: oneKey,
    body: () => ({ status: 'disabled', name: 'off' }),
    type: 'key.updated',
    bad: { body: { expiresAt: '2020-01-01T00:00:00Z' }, status: 400 },
  },
  'POST /api/user/key/{email}/{keyId}/rotate': {
    path: (user) => `${oneKey(user)}/rotate`,
    body: () => ({ gracePeriodSeconds: 60 }),
    type: 'key.rotated',
    bad: { body: { gracePeriodSeconds: 604_801 }, status: 400 },
  },
  'POST /api/user/key/{email}/{keyId}/end-grace': {
    path: (user) => `${oneKey(user)}/end-grace`,
    type: 'key.grace_ended',
    bad: { path: (user) => `${unknownKey(user)}/end-grace`, status: 404 },
  },
  'PUT /api/admin/user/{email}/status': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/status`,
    body: () => ({ status: 'suspended', reason: 'unpaid' }),
    type: 'account.suspended',
    bad: { body: { status: 'gone', reason: 'unpaid' }, status: 400 },
    byAdmin: true,
  },
  'POST /api/admin/user/{email}/credits': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/credits`,
    body: () => ({ amount: 100, reason: 'goodwill' }),
    type: 'credits.granted',
    bad: { body: { amount: -1, reason: 'none there' }, status: 409 },
    byAdmin: true,
  },
  'POST /api/admin/user/{email}/view': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/view`,
    type: 'account.viewed',
    bad: { path: () => '/api/admin/user/none/view', status: 400 },
    byAdmin: true,
  },
  'PUT /api/admin/user/{email}/plan': {
    path: ({ email }) => `/api/admin/user/${encodeURIComponent(email)}/plan`,
    body: () => ({ plan: 'scale' }),
    type: 'plan.changed',
    bad: { body: { plan: 'none' }, status: 400 },
    byAdmin: true,
  },
};

/** Off here: see `billing.test`. */
const PAYMENTS = ['POST /api/billing/checkout', 'PUT /api/user/top-up/{email}', 'DELETE /api/user/top-up/{email}'];

test('the table names every management route that changes something', () => {
  const managed = service.instance.stack.api.routes.filter(({ authorizer }) => authorizer?.type === 'jwt');
  const changing = managed.map(({ routeKey }) => routeKey).filter((route) => !route.startsWith('GET '));
  expect([...Object.keys(CHANGES), ...PAYMENTS].sort()).toEqual(changing.sort());
});

describe('the audit log', () => {
  test.each(Object.entries(CHANGES))('%s leaves one event, and none if it fails', async (route, change) => {
    const user = await newUser();
    const [method] = route.split(' ');
    const token = change.byAdmin ? admin : user.token;
    if (change.type === 'key.grace_ended') {
      await service.call(`POST ${oneKey(user)}/rotate`, { token, body: { gracePeriodSeconds: 60 } });
    }
    const before = await eventsOf(user);

    const { bad } = change;
    const badBody = bad.body ?? change.body?.(user);
    const failed = await service.call(`${method} ${(bad.path ?? change.path)(user)}`, {
      token: bad.path?.(user) === '/api/user/key/none' ? admin : token,
      ...(badBody && { body: badBody }),
    });
    expect(failed.status).toBe(bad.status);
    expect(await eventsOf(user)).toEqual(before);

    const body = change.body?.(user);
    const done = await service.call(`${method} ${change.path(user)}`, {
      token,
      headers: { 'user-agent': 'audit-test/1' },
      ...(body && { body }),
    });
    expect(done.status).toBeLessThan(300);
    const added = (await eventsOf(user)).filter(({ eventId }) => !before.some((event) => event.eventId === eventId));
    expect(added).toEqual([
      expect.objectContaining({
        type: change.type,
        actor: { email: change.byAdmin ? 'root@example.com' : user.email, ip: '127.0.0.1', userAgent: 'audit-test/1' },
        requestId: done.headers.get('apigw-requestid'),
      }),
    ]);
  });

  test('shows a change before and after, in times that people read', async () => {
    const user = await newUser();
    const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await service.call(`PATCH ${oneKey(user)}`, { token: user.token, body: { name: 'renamed', expiresAt } });
    const [edit] = await eventsOf(user, '?type=key.updated');
    expect(edit?.changes).toEqual({
      name: { before: 'default', after: 'renamed' },
      expiresAt: { before: expect.stringMatching(/^\d{4}-.*Z$/), after: expiresAt },
    });
  });

  test('is paged, newest first, and filtered by type', async () => {
    const user = await newUser();
    for (const name of ['a', 'b', 'c', 'd']) {
      await service.call(`PATCH ${oneKey(user)}`, { token: user.token, body: { name } });
    }
    const names: unknown[] = [];
    let query = '?limit=2';
    for (let page = 0; page < 3; page++) {
      const { json } = await service.call(eventsPath(user, query), { token: user.token });
      names.push(...json.entries.map(({ changes }: Entry) => changes.name?.after));
      query = `?limit=2&cursor=${json.nextCursor}`;
      if (page === 2) expect(json.nextCursor).toBeNull();
    }
    expect(names).toEqual(['d', 'c', 'b', 'a', 'default']);
    expect(await eventsOf(user, '?type=key.created')).toHaveLength(1);
    const { json } = await service.call(eventsPath(user, '?type=key.updated&limit=3'), { token: user.token });
    expect(json.entries).toHaveLength(3);
    const rest = await eventsOf(user, `?type=key.updated&limit=3&cursor=${json.nextCursor}`);
    expect(rest.map(({ changes }) => changes.name?.after)).toEqual(['a']);
  });

  test.each([
    ['?limit=0', 'query.limit'],
    ['?limit=101', 'query.limit'],
    ['?limit=many', 'query.limit'],
    ['?cursor=elsewhere', 'query.cursor'],
    ['?type=key.eaten', 'query.type'],
    ['?since=now', 'query.since'],
  ])('refuses %s by name', async (query, path) => {
    const user = await newUser();
    const { status, json } = await service.call(eventsPath(user, query), { token: user.token });
    expect([status, json.errors[0].path]).toEqual([400, path]);
  });

  test('of a user who has done nothing is empty', async () => {
    const token = await service.token('nobody@example.com');
    const { json } = await service.call('/api/user/events/nobody%40example.com', { token });
    expect(json).toEqual({ entries: [], nextCursor: null });
  });

  test('has a secret that went astray in a user agent cut', async () => {
    const user = await newUser();
    const headers = { 'user-agent': `tool ${user.apiKey}` };
    await service.call(`PATCH ${oneKey(user)}`, { token: user.token, headers, body: { name: 'x' } });
    const [edit] = await eventsOf(user, '?type=key.updated');
    expect(edit?.actor.userAgent).toBe('tool sk_live_…');
  });

  test('tells of the first refusal, once, with its reason', async () => {
    const user = await newUser();
    await service.call(`PATCH ${oneKey(user)}`, { token: user.token, body: { status: 'disabled' } });
    for (let call = 0; call < 5; call++) await service.call('/api/whoami', { headers: { 'x-api-key': user.apiKey } });
    await vi.waitFor(async () => expect(await eventsOf(user, '?type=key.refused')).toHaveLength(1), 5_000);
    const [refused] = await eventsOf(user, '?type=key.refused');
    expect(refused).toMatchObject({
      keyId: user.keyId,
      actor: { email: '', ip: '127.0.0.1' },
      details: { code: 'key_disabled', route: 'GET /api/whoami' },
    });
  });
});

describe('the bus', () => {
  test('has each event of the log, as the log shows it, and `npm run events` prints it', async () => {
    const script = fileURLToPath(new URL('../../local/events.ts', import.meta.url));
    const { port } = new URL(service.instance.url);
    const tail = spawn(process.execPath, [script, '--type', 'key.rotated'], { env: { ...process.env, PORT: port } });
    let printed = '';
    tail.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    await once(tail.stderr, 'data');
    const user = await newUser();
    await service.call(`POST ${oneKey(user)}/rotate`, { token: user.token });
    await vi.waitFor(() => expect(printed).toContain('\n'), 5_000);
    tail.kill('SIGINT');
    expect(await once(tail, 'exit')).toEqual([0, null]);
    const lines = printed.trim().split('\n');
    expect(lines).toHaveLength(1);
    const [rotated] = await eventsOf(user, '?type=key.rotated');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      source: 'sensei-keys',
      'detail-type': 'key.rotated',
      detail: { version: '1', email: user.email, ...rotated },
    });
  });

  test.each([
    [['--help'], 0, /Prints each event/],
    [['--colour'], 1, /Unknown option '--colour'/],
  ])('`npm run events -- %s` exits with %i', async (args, code, text) => {
    const script = fileURLToPath(new URL('../../local/events.ts', import.meta.url));
    const tail = spawn(process.execPath, [script, ...args]);
    let printed = '';
    for (const stream of [tail.stdout, tail.stderr]) stream.on('data', (chunk) => (printed += chunk));
    expect((await once(tail, 'close'))[0]).toBe(code);
    expect(printed).toMatch(text);
  });

  test('`npm run events` says so where no instance answers', async () => {
    const script = fileURLToPath(new URL('../../local/events.ts', import.meta.url));
    const tail = spawn(process.execPath, [script], { env: { ...process.env, PORT: '1' } });
    let printed = '';
    tail.stderr.on('data', (chunk) => (printed += chunk));
    expect((await once(tail, 'close'))[0]).toBe(1);
    expect(printed).toBe('npm run events: no instance answers on port 1; run npm start, or set PORT\n');
  });
});
