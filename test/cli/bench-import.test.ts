import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = (...args: string[]) => promisify(execFile)(process.execPath, ['bench/import.ts', ...args]);

test('an import of 300 rows rejects the bad ones, changes nothing when it is run again, and lets callers in', {
  timeout: 60_000,
}, async () => {
  const { runs, isSame, asked, letIn } = JSON.parse((await run('--rows', '300', '--json')).stdout);
  expect(runs).toMatchObject([
    { made: 297, there: 0, rejected: 3, items: 0 },
    { made: 297, there: 0, rejected: 3 },
    { made: 0, there: 297, rejected: 3 },
  ]);
  expect({ isSame, letIn }).toEqual({ isSame: true, letIn: asked });
});

test('it names its options, and refuses one that there is not', async () => {
  expect((await run('--help')).stdout).toContain('--rows');
  await expect(run('--rows', 'many')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--rows') });
});
