import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../api/support/service.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as `npm run demo` does. */
const demo = (args: readonly string[], port: string): Promise<Ended> =>
  promisify(execFile)(process.execPath, ['local/demo.ts', ...args], { cwd: ROOT, env: { ...process.env, PORT: port } })
    .then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }))
    .catch((error: Ended) => error);

describe('npm run demo', () => {
  test('fills an instance with days of usage, by the way of every other call', async () => {
    const { port } = new URL(service.instance.url);
    const { code, stdout, stderr } = await demo(
      ['--days', '2', '--per-day', '60', '--email', 'demo@example.com'],
      port,
    );
    expect([code, stderr]).toEqual([0, '']);
    const [, calls, now] = /^(\d+) calls of 2 days, and (\d+) of now/.exec(stdout) ?? [];
    expect(Number(calls)).toBeGreaterThan(20);
    const token = await service.token('demo@example.com');
    const usage = async () =>
      (await service.call('/api/user/usage/demo%40example.com?granularity=hour', { token })).json;
    await expect
      .poll(async () => (await usage()).totals.requests, { timeout: 10_000 })
      .toBe(Number(calls) + Number(now));
    const { keys, routes } = await usage();
    expect(keys.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['web shop', 'warehouse', 'reports', 'playground', 'old shop']),
    );
    expect(routes.length).toBeGreaterThan(3);
  });

  test.each([
    [['--help'], 0, /npm run demo/],
    [['--days', '0'], 1, /--days is "0"; allowed is a whole number from 1 to 60/],
    [['--fast'], 1, /fast/],
  ])('%j ends with %i', async (args, code, said) => {
    const ended = await demo(args, '1');
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(said);
  });

  test('says so where no instance runs', async () => {
    const { code, stderr } = await demo([], '1');
    expect([code, stderr]).toEqual([1, 'npm run demo: no instance answers on port 1; run npm start, or set PORT\n']);
  });
});
