import { describe, expect, test, vi } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { requestToken } from '../../local/identity/request-token.ts';
import { send } from '../api/support/http.ts';
import type { Service } from '../api/support/service.ts';
import { signIn } from '../api/support/user.ts';
import { node } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const READY = /^ready (http:\S+)$/m;

/** Starts an instance as a person does, and signs somebody in. */
async function startInstance(...args: string[]) {
  const port = await freePort();
  const command = node(['local/main.ts', ...args], { PORT: String(port) });
  const [, url = ''] = await command.prints(READY);
  const call: Service['call'] = (target, request) => send(url, target, request);
  const ada = await signIn({ call, token: (email) => requestToken(port, email, false) }, 'ada@example.com');
  const stop = async () => {
    // As a terminal sends Ctrl-C: to the whole group.
    process.kill(-command.pid, 'SIGINT');
    return command.ended();
  };
  return { command, ada, stop, whoami: (key: string) => call('/api/whoami', { key }) };
}

describe('npm start', () => {
  test('counts usage also where it prints errors only', async () => {
    const { ada, whoami, stop } = await startInstance('--memory', '--log-level', 'error');
    const { apiKey } = (await ada.make()).json;
    await whoami(apiKey);
    await vi.waitFor(async () => expect((await ada.usage()).json.totals.requests).toBe(1), {
      timeout: 60_000,
      interval: 100,
    });
    const { stdout } = await stop();
    expect(stdout.slice(stdout.indexOf('ready '))).not.toContain('{');
  });

  test('loses no call at Ctrl-C, however soon', async () => {
    const directory = await temporaryDirectory();
    const first = await startInstance('--directory', directory);
    const { apiKey } = (await first.ada.make()).json;
    await Promise.all(Array.from({ length: 10 }, () => first.whoami(apiKey)));
    expect((await first.stop()).code).toBe(0);
    const second = await startInstance('--directory', directory);
    expect((await second.ada.usage()).json.totals.requests).toBe(10);
    await second.stop();
  });
});
