import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { listen } from '../../local/gateway/listen.ts';
import { type Service, startService } from '../api/support/service.ts';
import { type Ended, node } from './support/command.ts';

let service: Service;
let port: number;
beforeAll(async () => {
  service = await startService();
  port = Number(new URL(service.instance.url).port);
});
afterAll(() => service.close());

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  node(['local/token.ts', ...args], { PORT: String(port), ...env }).ended();

const TOKEN_ALONE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;

describe('npm run token', () => {
  test('prints an ID token and nothing else, also where colours are forced', async () => {
    const { code, stdout, stderr } = await run(['Ada+x@example.com'], { FORCE_COLOR: '3' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(TOKEN_ALONE);
    const claims = decodeJwt(stdout.trim());
    expect(claims).toMatchObject({ iss: service.instance.issuer, email: 'Ada+x@example.com', email_verified: true });
    expect(claims).not.toHaveProperty('cognito:groups');

    const token = stdout.trim();
    expect((await service.call('/api/user/key/ada%2Bx%40example.com', { token })).status).toBe(200);
    expect((await service.call('/api/user/key/bob%40example.com', { token })).status).toBe(403);
  });

  test('--admin, before or behind the address, makes a token that opens every account', async () => {
    for (const args of [
      ['--admin', 'root@example.com'],
      ['root@example.com', '--admin'],
    ]) {
      const { stdout } = await run(args);
      expect(stdout).toMatch(TOKEN_ALONE);
      const token = stdout.trim();
      expect((await service.call('/api/user/key/bob%40example.com', { token })).status).toBe(200);
    }
  });

  test('--help says how it is used, and ends with 0', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('EMAIL [--admin]'),
    });
  });
});

const ADDRESS = 'email must be an address such as ada@example.com';
const USAGE = 'expected one email address: npm run token -- EMAIL [--admin]';

describe('what it cannot do is one clear line, and exit code 1', () => {
  const refused = async (answer: Promise<Ended>, line: string | RegExp) => {
    const { code, stdout, stderr } = await answer;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^npm run token: .+\n$/);
    const said = stderr.slice('npm run token: '.length, -1);
    if (typeof line === 'string') expect(said).toBe(line);
    else expect(said).toMatch(line);
  };

  test.each([
    { args: [], line: USAGE },
    { args: [''], line: USAGE },
    { args: ['ada@example.com', 'bob@example.com'], line: USAGE },
    { args: ['ada'], line: ADDRESS },
    { args: ['ada@'], line: ADDRESS },
    { args: ['a b@example.com'], line: ADDRESS },
    { args: ['ada@example.com', '--root'], line: /^Unknown option '--root'/ },
    { args: ['ada@example.com'], env: { PORT: 'x' }, line: 'PORT is "x"; allowed is a number from 1 to 65535' },
  ])('$args, $env', async ({ args, env = {}, line }) => {
    await refused(run(args, env), line);
  });

  test('no instance on the port', async () => {
    const free = await freePort();
    const line = `no instance answers on port ${free}; run npm start, or set PORT`;
    await refused(run(['ada@example.com'], { PORT: String(free) }), line);
  });

  test.each([
    { what: 'a page', status: 200, body: '<p>hello' },
    { what: 'another API', status: 404, body: '{"message":"Not Found"}' },
    { what: 'JSON that is no object', status: 200, body: 'null' },
    { what: 'another OpenID provider', status: 200, body: '{"issuer":"https://issuer.example.com"}' },
  ])('another server on the port, which answers $what', async ({ status, body }) => {
    const server = await listen((_, response) => response.writeHead(status).end(body));
    try {
      const line = `what answers on port ${server.port} is no instance of Sensei Keys`;
      await refused(run(['ada@example.com'], { PORT: String(server.port) }), line);
    } finally {
      await server.close();
    }
  });

  test('a server that never answers', async () => {
    const server = await listen(() => {});
    try {
      await refused(run(['ada@example.com'], { PORT: String(server.port) }), /^no instance answers on port/);
    } finally {
      await server.close();
    }
  });
});
