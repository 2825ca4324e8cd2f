import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = (...args: string[]) => promisify(execFile)(process.execPath, ['bench/check.ts', ...args]);

test('the bench of the check tells, as JSON, what each kind of check asks of DynamoDB', async () => {
  const { stdout } = await run('--quick', '--json');
  const { scenarios, burst, cpu, rate, contention } = JSON.parse(stdout);
  expect(scenarios).toMatchObject([
    { name: 'warm accept', calls: 1, writeUnits: 1, readUnits: 0 },
    { name: 'warm deny', calls: 0, writeUnits: 0, readUnits: 0 },
    { name: 'first sight', calls: 3, writeUnits: 1, readUnits: 3 },
    { name: 'garbage', calls: 0, writeUnits: 0, readUnits: 0, itemBytes: null },
    { name: 'unknown key', calls: 1, writeUnits: 0, readUnits: 1, itemBytes: null },
  ]);
  expect(burst).toEqual([expect.objectContaining({ name: 'check', accepted: 50 })]);
  for (const rows of [cpu, rate.perSecond, contention]) expect(rows.length).toBeGreaterThan(1);
});

test('it names its options, and refuses one that there is not', async () => {
  expect((await run('--help')).stdout).toContain('--peer');
  await expect(run('--fast')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--fast') });
});
