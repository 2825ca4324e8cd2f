import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = (...args: string[]) => promisify(execFile)(process.execPath, ['bench/notices.ts', ...args]);

test('of 2,000 keys the notices read those that are due, write each once, and nothing again', async () => {
  const { runs } = JSON.parse((await run('--quick', '--json')).stdout);
  const [first, again, next] = runs;
  expect(first).toMatchObject({ keys: 2_000, notices: 1, looked: 1, failures: 0, indexUnits: 0.5 });
  // A key, and its account.
  expect(first.keyUnits).toBe(2);
  expect(again).toMatchObject({ notices: 0, looked: 0, keyUnits: 0, writeUnits: 0 });
  expect(next.notices).toBeLessThanOrEqual(1);
  expect(next.failures).toBe(0);
});

test('it names its options, and refuses one that there is not', async () => {
  expect((await run('--help')).stdout).toContain('--quick');
  await expect(run('--fast')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--fast') });
});
