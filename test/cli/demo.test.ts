import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { requestToken } from '../../local/identity/request-token.ts';
import { type Service, startService } from '../api/support/service.ts';
import { node } from './support/command.ts';

const PLAIN = { FORCE_COLOR: undefined, NO_COLOR: undefined };
const demo = (port: number, ...args: string[]) => node(['cli/demo.ts', ...args], { ...PLAIN, PORT: String(port) });

async function asOwner(url: string, email: string) {
  const token = await requestToken(Number(new URL(url).port), email, false);
  const get = async (path: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<
      // biome-ignore lint/suspicious/noExplicitAny: the contract tells what an answer is.
      any
    >;
  const own = encodeURIComponent(email);
  return {
    keys: () => get(`/api/user/key/${own}?include=revoked`),
    usage: (query = '') => get(`/api/user/usage/${own}${query}`),
    credits: () => get(`/api/user/credits/${own}`),
    events: (type: string) => get(`/api/user/events/${own}?type=${type}`),
  };
}

describe('npm run demo, with an instance that runs', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  const port = () => Number(new URL(service.instance.url).port);

  test('fills it with keys, credits and calls, every one of them counted, and ends', async () => {
    const { code, stdout, stderr } = await demo(port(), '--days', '2', '--email', 'Grace@Example.com').ended();
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).toBe(stripVTControlCharacters(stdout + stderr));
    expect(stdout + stderr).not.toMatch(/\r|sk_live_|sk_test_|eyJ/);
    const calls = Number(/^([\d,]+) calls in 2 days are counted$/m.exec(stdout)?.[1]?.replace(',', ''));
    expect(calls).toBeGreaterThan(1_000);

    const grace = await asOwner(service.instance.url, 'grace@example.com');
    const { keys, plan } = await grace.keys();
    expect(plan).toBe('pro');
    expect(keys.map(({ name }: { name: string }) => name).toSorted()).toEqual([
      'checkout backend',
      'mobile app',
      'nightly export',
      'old partner feed',
      'staging',
      'storefront',
    ]);
    const keyNamed = (wanted: string) => keys.find(({ name }: { name: string }) => name === wanted);
    expect(keyNamed('old partner feed').status).toBe('revoked');
    expect(keyNamed('mobile app').secrets).toHaveLength(2);
    expect(keyNamed('storefront').lastUsedAt).not.toBeNull();
    expect((await grace.credits()).entries.map(({ kind }: { kind: string }) => kind)).toContain('grant');

    await vi.waitFor(
      async () => {
        const { totals, statuses, routes } = await grace.usage();
        // A call of a backend is one for it, and one for the key that it asks about.
        expect(totals.requests).toBeGreaterThanOrEqual(calls);
        expect(totals.requests).toBeLessThanOrEqual(calls + 60);
        expect(totals.rejected).toBeGreaterThan(0);
        expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '404', '429']));
        expect(routes.length).toBeGreaterThan(5);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect((await grace.events('key.refused')).entries.length).toBeGreaterThan(0);
  });

  test('makes nothing twice of who has keys', async () => {
    const before = (await (await asOwner(service.instance.url, 'grace@example.com')).keys()).keys.length;
    const { code, stderr } = await demo(port(), '--days', '1', '--email', 'grace@example.com').ended();
    expect(code).toBe(1);
    expect(stderr).toContain('grace@example.com has keys already');
    expect((await (await asOwner(service.instance.url, 'grace@example.com')).keys()).keys).toHaveLength(before);
  });
});

test('npm run demo starts an instance of its own where none runs, and Ctrl-C ends both at once', async () => {
  const port = await freePort();
  const command = demo(port, '--days', '1');
  const [, url = ''] = await command.prints(/^sign in as ada@example\.com at (\S+)$/m);
  const ada = await asOwner(url, 'ada@example.com');
  expect((await ada.keys()).hasKey).toBe(true);
  process.kill(command.pid, 'SIGINT');
  const { code, stderr } = await command.ended();
  expect(code, stderr).toBe(130);
  expect(command.processes()).toEqual([]);
});

test('npm run demo can be ended while it starts, and leaves no process', async () => {
  const command = demo(await freePort());
  await vi.waitFor(() => expect(command.processes().length).toBeGreaterThan(1), { timeout: 60_000, interval: 20 });
  process.kill(command.pid, 'SIGTERM');
  expect((await command.ended()).code).toBe(130);
  expect(command.processes()).toEqual([]);
});

test.each([
  [['--days', '0'], '--days is "0"; allowed is a whole number from 1 to 90'],
  [['--email', 'ada'], '--email is "ada"; allowed is an address such as ada@example.com'],
  [['--month'], "Unknown option '--month'"],
])('npm run demo refuses %o', async (args, message) => {
  const { code, stderr } = await demo(3000, ...args).ended();
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('npm run demo -- --help tells what it does', async () => {
  const { code, stdout } = await demo(3000, '--help').ended();
  expect(code).toBe(0);
  expect(stdout).toContain('npm run demo -- [options]');
});
