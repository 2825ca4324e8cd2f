import { expect, test } from 'vitest';
import { startEngine } from '../../local/engine.ts';
import { freePort } from '../../local/free-port.ts';
import { send } from '../api/support/http.ts';
import { type Command, node } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const READY = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m;

async function startInstance(args: string[], env: NodeJS.ProcessEnv): Promise<{ command: Command; url: string }> {
  const command = node(['local/main.ts', ...args], env);
  const [, url = ''] = await command.prints(READY);
  return { command, url };
}

async function stop(command: Command, signal: NodeJS.Signals = 'SIGTERM') {
  process.kill(command.pid, signal);
  return command.ended();
}

async function tokenFor(email: string, PORT: string): Promise<string> {
  const { code, stdout } = await node(['local/token.ts', email], { PORT }).ended();
  expect(code).toBe(0);
  return stdout.trim();
}

test('it names dashboard, gateway, sign-in, DynamoDB and log level, and says when it is ready; keys outlive a restart', async () => {
  const directory = await temporaryDirectory();
  const PORT = String(await freePort());
  const email = 'ada@example.com';

  const first = await startInstance(['--directory', directory], { PORT });
  const url = `http://127.0.0.1:${PORT}`;
  expect(first.url).toBe(url);
  const [banner = ''] = first.command.stdout().split('ready ');
  expect(banner).toMatch(new RegExp(`^  dashboard +${url}$`, 'm'));
  expect(banner).toMatch(new RegExp(`^  gateway +${url}$`, 'm'));
  expect(banner).toMatch(new RegExp(`^  sign-in +${url}/oidc$`, 'm'));
  expect(banner).toMatch(/^ {2}dynamodb +http:\/\/127\.0\.0\.1:\d+ \(\S+\)$/m);
  expect(banner).toMatch(/^ {2}tables +user_preferences, api_keys, api_events, api_usage$/m);
  expect(banner).toMatch(/^ {2}log level +info$/m);

  const token = await tokenFor(email, PORT);
  const made = await send(url, 'POST /api/user/key', { token, body: { email } });
  expect(made.status).toBe(201);
  const key: string = made.json.apiKey;
  expect((await send(url, '/api/whoami', { key })).status).toBe(200);

  const second = await node(['local/main.ts', '--directory', directory], { PORT: String(await freePort()) }).ended();
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toBe(
    `npm start: process ${first.command.pid} uses the data in ${directory}/data; stop it, or start with --memory\n`,
  );
  const same = await node(['local/main.ts', '--directory', directory, '--memory'], { PORT }).ended();
  expect(same).toMatchObject({ code: 1, stdout: '' });
  expect(same.stderr).toBe(`npm start: port ${PORT} is taken; stop what listens there, or set PORT\n`);
  expect((await send(url, '/api/health')).status).toBe(200);
  expect(await stop(first.command)).toMatchObject({ code: 0, stderr: '' });

  const again = await startInstance(['--directory', directory, '--log-level', 'error'], { PORT });
  expect(again.command.stdout()).toMatch(/^ {2}log level +error$/m);
  expect((await send(url, '/api/whoami', { key })).status).toBe(200);
  const [listed] = (await send(url, `/api/user/key/${email}`, { token })).json.keys;
  expect(listed).toMatchObject({ status: 'active', totalRequests: 2 });
  const { code, stdout } = await stop(again.command);
  expect(code).toBe(0);
  expect(stdout.split(READY).at(-1)).toBe('\n');
});

test('it uses an engine that runs already, and leaves it running; what it logs has no secret', async () => {
  const engine = await startEngine();
  try {
    const PORT = String(await freePort());
    const args = ['--directory', await temporaryDirectory(), '--log-level', 'debug'];
    const { command, url } = await startInstance(args, { PORT, DYNAMODB_ENDPOINT: engine.endpoint });
    expect(command.stdout()).toContain(`${engine.endpoint} (DYNAMODB_ENDPOINT)`);
    const email = 'ada@example.com';
    const token = await tokenFor(email, PORT);
    const key: string = (await send(url, 'POST /api/user/key', { token, body: { email } })).json.apiKey;
    expect((await send(url, '/api/whoami', { key })).status).toBe(200);

    const { code, stdout } = await stop(command);
    expect(code).toBe(0);
    expect(stdout).toContain('"routeKey":"GET /api/whoami"');
    expect(stdout).not.toContain(key.slice(8, 20));
    expect(stdout).not.toContain(token.slice(-20));
    expect((await fetch(engine.endpoint)).status).toBeGreaterThan(0);
  } finally {
    await engine.close();
  }
});
