import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysProgram } from '../../cli/keys.ts';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { viewKey } from '../../lib/keys/key-view.ts';
import { inspect } from '../../lib/metering/inspect.ts';
import type { Database } from '../../lib/store/database.ts';
import { tally } from '../../lib/usage/batch.ts';
import { batchId, record } from '../../lib/usage/record.store.ts';
import type { Engine } from '../../local/engine.ts';
import { emailOf } from '../support/records.ts';
import { accessLine, eventOf } from '../support/usage-lines.ts';
import { connectedEngine, leavesOf, type Ran, runKeys } from './support/keys-command.ts';

const ADA = emailOf('ada@example.com');
const SECRET = /sk_(live|test)_[0-9A-Za-z]{36}/g;

/** Where each command is run as a process. One that is not here fails the last test. */
const PROCESS_TESTS: Readonly<Record<string, string>> = {
  list: 'here',
  show: 'here',
  create: 'here',
  rotate: 'here',
  revoke: 'here',
  disable: 'here',
  enable: 'here',
  'users list': 'here',
  'users show': 'here',
  'users plan': 'here',
  'users suspend': 'here',
  'users restore': 'here',
  'users erase': 'here',
  'credits show': 'here',
  'credits grant': 'here',
  events: 'here',
  usage: 'here',
  verify: 'here',
  doctor: 'keys-doctor.test.ts',
  import: 'import.test.ts',
  export: 'import.test.ts',
};

const ran: Ran[] = [];
let engine: Engine;
let db: Database;
beforeAll(async () => {
  ({ engine, db } = await connectedEngine());
});
afterAll(() => engine.close());

/** Runs a command on the engine. */
async function keys(command: string, args: readonly string[] = [], input?: string): Promise<Ran> {
  const result = await runKeys(command, ['--endpoint', engine.endpoint, ...args], input === undefined ? {} : { input });
  ran.push(result);
  return result;
}

/** What a command prints for programs, once it is done. */
async function json(command: string, args: readonly string[] = [], input?: string) {
  const { code, stdout, stderr } = await keys(command, ['--json', ...args], input);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const secretOf = async (args: readonly string[]): Promise<string> => (await keys('create', args)).stdout.trim();

/** What a call with a secret would be answered, without a process. */
async function answerTo(secret: string): Promise<string> {
  const { verdict } = await inspect(db, Date.now, secret.trim());
  return verdict.allowed ? 'allowed' : verdict.refusal.code;
}

const shownKey = async (keyId: string) => {
  const { account, keys: held } = await readAccountKeys(db, ADA);
  return viewKey(held.find((key) => key.keyId === keyId) ?? expect.fail(), account, Date.now());
};

describe('keys', () => {
  test('create prints the secret alone on the standard output, and a repeat shows it to nobody', async () => {
    const args = ['ADA@example.com', '--name', 'nightly', '--idempotency-key', 'once'];
    const { code, stdout, stderr } = await keys('create', args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sk_live_[0-9A-Za-z]{36}\n$/);
    expect(stderr).toMatch(/^name +nightly$/m);
    expect(stderr).not.toContain(stdout.trim());
    const again = await keys('create', args);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/made key [0-9A-Z]{26} already/);
  });

  test('create takes every part of a policy, as an admin may, and answers what the API does', async () => {
    const limits = [
      '--limit',
      'burst=10/1',
      '--limit',
      'hour=9000000/3600',
      '--quota',
      '1000/day',
      '--daily-credits',
      '50',
    ];
    const policy = ['--scope', 'orders:read', '--scope', 'keys:verify', '--allow-ip', '192.0.2.0/24'];
    const { apiKey, ...key } = await json('create', [
      ADA,
      '--environment',
      'test',
      '--expires-in-days',
      '7',
      ...limits,
      ...policy,
    ]);
    expect(apiKey).toMatch(/^sk_test_/);
    expect(key).toEqual(await shownKey(key.keyId));
    expect(key).toMatchObject({
      environment: 'test',
      scopes: ['orders:read', 'keys:verify'],
      allowedIps: ['192.0.2.0/24'],
      rateLimits: [
        { name: 'burst', limit: 10, windowSeconds: 1 },
        { name: 'hour', limit: 9_000_000, windowSeconds: 3_600 },
      ],
      quota: { limit: 1_000, period: 'day' },
      dailyCredits: 50,
    });
    const [list, show] = await Promise.all([json('list', [ADA]), json('show', [ADA, key.keyId.toLowerCase()])]);
    expect(list).toMatchObject({ email: ADA, hasKey: true, plan: 'free', keys: [{ name: 'nightly' }, key] });
    expect(show).toEqual(key);
    const tooLong = await keys('create', [ADA, '--expires-in-days', '366']);
    expect([tooLong.code, tooLong.stderr]).toEqual([
      1,
      'npm run keys: --expires-in-days: Plan free allows at most 365, given 366\n',
    ]);
  });

  test('verify reads the key from a pipe, judges by every check, and exits with 1 if it is refused', async () => {
    const secret = await secretOf([ADA, '--scope', 'orders:read']);
    const accepted = await keys(
      'verify',
      ['--scope', 'orders:read', '--ip', '192.0.2.1', '--cost', '3'],
      `${secret}\n`,
    );
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toMatch(/^answer +accepted$/m);
    expect(accepted.stdout).toMatch(/^scope +passed$/m);
    const refused = await keys('verify', ['--json', '--scope', 'orders:write'], secret);
    expect(refused.code).toBe(1);
    const { valid, code, checks } = JSON.parse(refused.stdout);
    expect([valid, code]).toEqual([false, 'scope_denied']);
    expect(checks).toContainEqual({ check: 'scope', passed: false, code: 'scope_denied' });
    expect(checks.length).toBeGreaterThan(10);
  });

  test('a disabled key is refused until it is enabled, a rotated one has a new secret, a revoked one stays so', async () => {
    await keys('revoke', [ADA, '--all']);
    const { apiKey, keyId } = await json('create', [ADA]);
    expect(await json('disable', [ADA, keyId])).toMatchObject({ keyId, status: 'disabled' });
    expect(await answerTo(apiKey)).toBe('key_disabled');
    expect((await keys('enable', [ADA, keyId])).stdout).toMatch(/^status +active$/m);
    const rotated = await keys('rotate', [ADA, keyId, '--grace', '0']);
    expect(rotated.stdout).toMatch(/^sk_live_\w{36}\n$/);
    expect(await answerTo(rotated.stdout)).toBe('allowed');
    expect(await answerTo(apiKey)).toBe('key_expired');
    expect(await json('revoke', [ADA, keyId])).toEqual({ email: ADA, revoked: [keyId] });
    expect(await answerTo(rotated.stdout)).toBe('key_revoked');
    const again = await Promise.all([
      keys('rotate', [ADA, keyId]),
      keys('revoke', [ADA, keyId]),
      keys('list', [ADA, '--revoked']),
    ]);
    expect(again.map(({ code }) => code)).toEqual([1, 0, 0]);
    expect(again[2].stdout).toMatch(new RegExp(`^${keyId} +default .* revoked`, 'm'));
  });
});

describe('accounts', () => {
  test('are found, shown, put on a plan, suspended and restored', async () => {
    expect(await json('users plan', [ADA, 'pro'])).toEqual({ email: ADA, plan: 'pro', previousPlan: 'free' });
    const secret = await secretOf([ADA]);
    expect((await keys('users suspend', [ADA, '--reason', 'unpaid'])).stdout).toBe(`${ADA} is suspended\n`);
    expect(await answerTo(secret)).toBe('account_suspended');
    const [show, found] = await Promise.all([json('users show', [ADA]), keys('users', ['AD'])]);
    expect(show).toMatchObject({ email: ADA, plan: 'pro', status: 'suspended', keys: [{ status: 'active' }] });
    expect(show.billing).toMatchObject({ topUp: null });
    expect(found.stdout).toMatch(/^ada@example\.com +pro +suspended +1 +/m);
    expect(await json('users restore', [ADA, '--reason', 'paid'])).toEqual({
      email: ADA,
      status: 'active',
      previousStatus: 'suspended',
    });
    expect((await keys('users show', [ADA])).stdout).toMatch(/^status +active$/m);
    expect(await json('users list', ['nobody'])).toEqual({ users: [], nextCursor: null });
  });

  test('are given credits once for a name, have them taken back, and never less than none', async () => {
    const entry = await json('credits grant', [ADA, '500', '--reason', 'goodwill', '--idempotency-key', 'ticket-17']);
    expect(entry).toMatchObject({ kind: 'grant', amount: 500, reason: 'goodwill' });
    expect(await json('credits grant', [ADA, '500', '--reason', 'goodwill', '--idempotency-key', 'ticket-17'])).toEqual(
      entry,
    );
    expect((await keys('credits grant', [ADA, '-200', '--reason', 'mistake'])).stdout).toMatch(/^moved +-200$/m);
    const [tooMuch, shown, table] = await Promise.all([
      keys('credits grant', [ADA, '-301', '--reason', 'x']),
      json('credits show', [ADA]),
      keys('credits', [ADA]),
    ]);
    expect([tooMuch.code, tooMuch.stderr]).toEqual([
      1,
      `npm run keys: ${ADA} has 300 purchased credits; 301 cannot be taken back\n`,
    ]);
    expect(shown.balance).toMatchObject({ purchased: 300 });
    expect(shown.entries.filter(({ kind }: { kind: string }) => kind === 'grant')).toEqual([entry]);
    expect(table.stdout).toMatch(/ take_back +-200 /);
  });

  test('have events and usage, by route and key, with latencies', async () => {
    const {
      keys: [key],
    } = await json('list', [ADA]);
    const at = Date.now() - 60_000;
    const events = Array.from({ length: 20 }, (_, i) =>
      eventOf(accessLine({ keyId: key.keyId, requestTimeEpoch: at, status: i < 2 ? 503 : 200 }), at),
    );
    await record(db, batchId(events), tally(events).increments, at);
    const [usage, table, narrowed, log, granted] = await Promise.all([
      json('usage', [ADA, '--from', new Date(at - 3_600_000).toISOString()]),
      keys('usage', [ADA, '--key', key.keyId, '--granularity', 'day']),
      json('usage', [ADA, '--route', 'GET /elsewhere']),
      keys('events', [ADA, '--limit', '3']),
      json('events', [ADA, '--type', 'credits.granted']),
    ]);
    expect(usage).toMatchObject({ email: ADA, granularity: 'minute', totals: { requests: 20, errors: 2 } });
    expect(usage.credits).toMatchObject({ purchased: 300 });
    expect(table.stdout).toMatch(/^GET \/api\/orders\/\{id\} +20 +2 +0 +20 +48 /m);
    expect(table.stdout).toMatch(new RegExp(`^${key.keyId} +default +20 `, 'm'));
    expect(table.stdout).toMatch(/^503 +2$/m);
    expect(narrowed.totals.requests).toBe(0);
    expect(log.stdout).toMatch(/credits\.taken_back .*purchasedCredits 500 → 300/);
    expect(log.stderr).toMatch(/there are more/);
    expect(granted.entries).toMatchObject([{ type: 'credits.granted', actor: { userAgent: 'npm run keys' } }]);
  });

  test('are erased once the address is typed, and nothing is left to list or to verify', async () => {
    const secret = await secretOf([ADA, '--name', 'last']);
    const wrong = await keys('users erase', [ADA], 'ada@example.org\n');
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toMatch(/nothing was erased/);
    expect(await answerTo(secret)).toBe('allowed');
    const { code, stdout, stderr } = await keys('users erase', [ADA], 'Ada@example.com\n');
    expect(code).toBe(0);
    expect(stderr).toMatch(/on this machine will be deleted for good: \d+ records/);
    expect(stdout).toMatch(/^api_keys +\d+ +0$/m);
    expect(stdout).toMatch(/2 keys were revoked/);
    const after = await Promise.all([
      keys('verify', [], secret),
      keys('users show', [ADA]),
      keys('users', []),
      keys('users erase', [ADA, '--yes']),
    ]);
    expect(after.map((one) => one.code)).toEqual([1, 1, 0, 0]);
    expect(after[0].stdout).toMatch(/refused: invalid_key/);
    expect(after[3].stdout).toBe(`nothing is stored of ${ADA}\n`);
  });
});

describe('every command', () => {
  const leaves = leavesOf(keysProgram());

  test('is run as a process by a test', () => {
    expect(leaves.map(({ name }) => name).sort()).toEqual(Object.keys(PROCESS_TESTS).sort());
    const here = Object.entries(PROCESS_TESTS).flatMap(([name, file]) => (file === 'here' ? name : []));
    const names = ran.map(({ command }) =>
      command === 'credits' ? 'credits show' : command === 'users' ? 'users list' : command,
    );
    expect([...new Set(names)].sort()).toEqual(here.sort());
  });

  test('prints no colour without a terminal', () => {
    expect(ran.filter(({ stdout, stderr }) => (stdout + stderr).includes('\u001b'))).toEqual([]);
  });

  test('but create and rotate shows no secret, and these show one', () => {
    const telling = ran.map(
      ({ command, stdout, stderr }) => [command, `${stdout}${stderr}`.match(SECRET)?.length ?? 0] as const,
    );
    expect(new Set(telling.filter(([, count]) => count > 0).map(([command]) => command))).toEqual(
      new Set(['create', 'rotate']),
    );
    expect(Math.max(...telling.map(([, count]) => count))).toBe(1);
  });

  test('says where to look if no DynamoDB answers', async () => {
    const { code, stderr } = await runKeys('users', ['--endpoint', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'npm run keys: no DynamoDB answers on this machine; start it by npm start, or give the address it prints by --endpoint\n',
    );
  });
});
