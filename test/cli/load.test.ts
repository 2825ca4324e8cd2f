import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Service, startService } from '../api/support/service.ts';
import { node } from './support/command.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const load = (...args: string[]) => node(['bench/load.ts', ...args], { FORCE_COLOR: undefined, NO_COLOR: undefined });

/** The keys that runs have made, by their status in the tables. */
async function madeKeys() {
  const items = (await service.dump()).map((item) => JSON.parse(item));
  const keys = items.filter(({ name }) => name?.S === 'load');
  const accounts = items.filter(({ record, email }) => record?.S === 'account' && email.S.startsWith('load-'));
  return {
    open: keys.filter(({ revokedAt }) => revokedAt.NULL).length,
    revoked: keys.filter(({ revokedAt }) => revokedAt.N).length,
    plans: accounts.map(({ p }) => p.S),
  };
}

/** Stands before the service, and changes the answers of some paths. */
async function proxy(change: (path: string, body: string) => string): Promise<string> {
  const { hostname, port } = new URL(service.instance.url);
  const server = createServer((from, to) => {
    const { method, url: path = '', headers } = from;
    from.pipe(
      request({ hostname, port, method, path, headers }, async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        const body = change(path, Buffer.concat(chunks).toString());
        to.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(
          body,
        );
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('npm run load', () => {
  test('sends as many requests as it was asked to, finds all counted, and leaves nothing', async () => {
    const before = await madeKeys();
    const ended = await load('--url', service.instance.url, '--rps', '20', '--seconds', '2').ended();
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/answered +40 +40 +✓/);
    expect(ended.stdout).toMatch(/analytics: requests +40 +40 +✓/);
    expect(ended.stdout).toMatch(/exact counter: accepted +40 +40 +✓/);
    expect(ended.stdout).toContain('all counts agree');
    expect(ended.stdout + ended.stderr).not.toMatch(/sk_live_|eyJ/);
    expect(ended.stdout + ended.stderr).not.toContain('\u001b');
    expect(await madeKeys()).toMatchObject({ open: 0, revoked: before.revoked + 1 });
    expect(new Set((await madeKeys()).plans)).toEqual(new Set(['free']));
  });

  test('prints every difference, and ends with 1', async () => {
    const url = await proxy((path, body) =>
      path.startsWith('/api/user/usage/') ? body.replace(/"requests":(\d+)/, (_, n) => `"requests":${n - 1}`) : body,
    );
    const ended = await load('--url', url, '--rps', '10', '--seconds', '1', '--wait', '2').ended();
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/analytics: requests +10 +9 +✗ -1/);
    expect(ended.stdout).toMatch(/exact counter: accepted +10 +10 +✓/);
    expect(ended.stdout).toContain('1 of 4 counts differ');
    expect((await madeKeys()).open).toBe(0);
  });

  test('revokes its key at Ctrl-C, and ends with 130', async () => {
    const before = await madeKeys();
    const command = load('--url', service.instance.url, '--rps', '10', '--seconds', '60');
    await expect.poll(async () => (await madeKeys()).open, { timeout: 60_000 }).toBe(1);
    process.kill(command.pid, 'SIGINT');
    expect((await command.ended()).code).toBe(130);
    expect(await madeKeys()).toMatchObject({ open: 0, revoked: before.revoked + 1 });
  });

  test('--help tells the options, and ends with 0', async () => {
    const ended = await load('--help').ended();
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('--rps N') });
  });

  test.each([
    [['--rps', '0'], '--rps is "0"; allowed is a whole number from 1 to 10000'],
    [['--rps', 'many'], '--rps is "many"; allowed is a whole number from 1 to 10000'],
    [['--seconds', '1.5'], '--seconds is "1.5"; allowed is a whole number from 1 to 3600'],
    [['--url', 'localhost'], '--url is "localhost"; allowed is an origin such as https://api.example.com'],
    [['--url', 'https://api.example.com/prod'], '--url is "https://api.example.com/prod"; allowed is an origin'],
    [['--url', 'https://api.example.com'], '--url https://api.example.com is no local instance: it needs --token'],
    [['--token', 'nonsense'], '--token is no OIDC ID token with an email'],
    [['--path', 'api'], '--path is "api"; allowed is a path such as /api/whoami'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is one clear line, and ends with 2', async (args, line) => {
    const { code, stdout, stderr } = await load(...args).ended();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`npm run load: ${line}`);
  });

  test('says so where no instance answers, and ends with 1', async () => {
    const ended = await load('--url', 'http://127.0.0.1:9').ended();
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('no instance answers on port 9') });
  });
});
