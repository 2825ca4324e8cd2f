import { describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { listen } from '../../local/gateway/listen.ts';
import { readOptions } from '../../local/options.ts';
import { node } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

describe('options that there are not', () => {
  test.each([
    { args: ['--nope'], env: {}, line: "Unknown option '--nope'" },
    { args: ['here'], env: {}, line: "Unexpected argument 'here'" },
    { args: ['--log-level'], env: {}, line: '--log-level' },
    { args: ['--log-level', 'loud'], env: {}, line: '--log-level is "loud"; allowed are debug, info, warn, error' },
    { args: ['--directory'], env: {}, line: '--directory' },
    ...['0', '-1', '65536', '3000.5', '3000x', 'http'].map((PORT) => ({
      args: [],
      env: { PORT },
      line: `PORT is "${PORT}"; allowed is a number from 1 to 65535`,
    })),
    {
      args: [],
      env: { DYNAMODB_ENDPOINT: 'nowhere' },
      line: 'DYNAMODB_ENDPOINT is "nowhere"; allowed is a URL such as http://127.0.0.1:8000',
    },
  ])('$args $env', ({ args, env, line }) => {
    expect(() => readOptions(args, env)).toThrow(line);
  });
});

describe('what npm start cannot do is one clear line, and exit code 1', () => {
  test.each([
    { args: [], env: { PORT: '0' }, line: 'PORT is "0"; allowed is a number from 1 to 65535' },
    { args: ['--directory', '/dev/null/x'], env: {}, line: /^ENOTDIR.*\/dev\/null\/x/ },
  ])('$args $env', async ({ args, env, line }) => {
    const { code, stdout, stderr } = await node(['local/main.ts', ...args], env).ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^npm start: .+\n$/);
    const said = stderr.slice('npm start: '.length, -1);
    if (typeof line === 'string') expect(said).toBe(line);
    else expect(said).toMatch(line);
  });

  test.each([
    { what: 'nobody', serves: false },
    { what: 'no DynamoDB', serves: true },
  ])('$what answers at DYNAMODB_ENDPOINT', async ({ serves }) => {
    const server = serves ? await listen((_, response) => response.end('<p>hello')) : undefined;
    const DYNAMODB_ENDPOINT = server?.url ?? `http://127.0.0.1:${await freePort()}`;
    const command = node(['local/main.ts', '--directory', await temporaryDirectory()], {
      PORT: String(await freePort()),
      DYNAMODB_ENDPOINT,
    });
    expect(await command.ended()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `npm start: DYNAMODB_ENDPOINT is ${DYNAMODB_ENDPOINT}, and no DynamoDB answers there\n`,
    });
    await expect.poll(() => command.processes()).toEqual([]);
    await server?.close();
  });
});

test('--help tells of every option and variable, and ends with 0', async () => {
  const { code, stdout, stderr } = await node(['local/main.ts', '--help']).ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const word of ['--memory', '--directory', '--log-level', '--help', 'PORT', 'DYNAMODB_ENDPOINT']) {
    expect(stdout).toContain(word);
  }
});
