import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = (...args: string[]) => promisify(execFile)(process.execPath, ['bench/usage.ts', ...args]);

test('the bench of usage tells, as JSON, what is written for a request and read for a report', async () => {
  const { stdout } = await run('--quick', '--json');
  const { recording, reports } = JSON.parse(stdout);
  for (const { itemsPerBatch, keys, perSecond, delivery, itemBytes } of recording) {
    expect(itemsPerBatch).toBeLessThanOrEqual(3 * Math.min(keys * 5, perSecond * delivery));
    expect(itemBytes).toBeLessThan(1_024);
  }
  expect(reports).toMatchObject([
    { days: 1, granularity: 'hour', items: 24 * 100, queries: 2 },
    { days: 15, granularity: 'day', items: 16 * 100, queries: 2 },
  ]);
});

test('it names its options, and refuses one that there is not', async () => {
  expect((await run('--help')).stdout).toContain('--quick');
  await expect(run('--fast')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--fast') });
});
