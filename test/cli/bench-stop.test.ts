import { expect, test } from 'vitest';
import { node } from './support/command.ts';

/** A bench that fails, and whose closing takes until after the signal. */
const FAILING = `
  import { once } from 'node:events';
  import { setImmediate } from 'node:timers/promises';
  import { runBench } from './bench/support/run.ts';
  const slow = {
    close: async () => {
      const signal = once(process, 'SIGINT');
      console.log('closing');
      setInterval(() => {}, 1_000);
      await signal;
      await setImmediate();
      console.log('closed');
    },
  };
  await runBench('test', async ({ start }) => {
    await start(Promise.resolve(slow));
    throw new Error('something fails');
  });
`;

test('a Ctrl-C while a bench cleans up after an error waits until all is closed', async () => {
  const command = node(['--input-type=module', '--eval', FAILING]);
  await command.prints(/closing/);
  process.kill(command.pid, 'SIGINT');
  expect(await command.ended()).toMatchObject({ code: 130, stdout: 'closing\nclosed\n' });
});
