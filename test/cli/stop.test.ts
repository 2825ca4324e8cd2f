import { describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { listen } from '../../local/gateway/listen.ts';
import { type Command, node, start } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const READY = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m;

/** Everything that may still answer after the end. */
const endpointsOf = (stdout: string): string[] => stdout.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];

async function expectNothingLeft(command: Command, endpoints: readonly string[]): Promise<void> {
  await expect.poll(() => command.processes(), { timeout: 60_000 }).toEqual([]);
  for (const endpoint of new Set(endpoints)) await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
}

const arguments_ = async () => ['--memory', '--directory', await temporaryDirectory()];

describe('once it is ready', () => {
  test('SIGINT to the whole group, as Ctrl-C sends it, ends it with 0 and leaves nothing behind', async () => {
    const command = node(['local/main.ts', ...(await arguments_())], { PORT: String(await freePort()) });
    await command.prints(READY);
    expect(command.processes().length).toBeGreaterThan(1);
    process.kill(-command.pid, 'SIGINT');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
    await expectNothingLeft(command, endpointsOf(command.stdout()));
  });

  test('SIGTERM to npm, which runs it, leaves nothing behind', async () => {
    const command = start('npm', ['start', '--', ...(await arguments_())], { PORT: String(await freePort()) });
    await command.prints(READY);
    process.kill(command.pid, 'SIGTERM');
    await command.ended();
    await expectNothingLeft(command, endpointsOf(command.stdout()));
  });
});

describe('while it starts', () => {
  test.each([
    { signal: 'SIGTERM', to: 'it alone', group: false },
    { signal: 'SIGINT', to: 'the whole group', group: true },
    { signal: 'SIGHUP', to: 'it alone', group: false },
    { signal: 'SIGQUIT', to: 'the whole group', group: true },
  ] as const)('$signal to $to ends it with 0, in silence, and leaves nothing behind', async ({ signal, group }) => {
    const PORT = String(await freePort());
    const asked = Promise.withResolvers<void>();
    // An engine that keeps it waiting.
    const engine = await listen(() => asked.resolve());
    const args = ['local/main.ts', '--directory', await temporaryDirectory()];
    const command = node(args, { PORT, DYNAMODB_ENDPOINT: engine.url });
    await asked.promise;
    process.kill(group ? -command.pid : command.pid, signal);
    expect(await command.ended()).toMatchObject({ code: 0, signal: null, stdout: '', stderr: '' });
    await expectNothingLeft(command, [`http://127.0.0.1:${PORT}`]);
    await engine.close();
  });

  test('SIGTERM as soon as it has started a process ends that too', async () => {
    const PORT = String(await freePort());
    const command = node(['local/main.ts', '--directory', await temporaryDirectory()], { PORT });
    await expect.poll(() => command.processes().length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(1);
    process.kill(command.pid, 'SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0, signal: null, stderr: '' });
    await expectNothingLeft(command, [`http://127.0.0.1:${PORT}`, ...endpointsOf(command.stdout())]);
  });
});
