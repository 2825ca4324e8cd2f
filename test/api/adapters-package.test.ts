import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { send } from './support/http.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every Node.js that is here: the project's, and the system's, which may be the oldest that the adapters are for. */
async function nodes(): Promise<[string, string][]> {
  const found = new Map<string, string>();
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  for (const file of [process.execPath, ...folders.map((folder) => path.join(folder, 'node'))]) {
    const version = await run(file, ['--version']).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    if (version && Number(version.slice(1).split('.')[0]) >= 20) found.set(version, await realpath(file));
  }
  return [...found];
}
const NODES = await nodes();

/** The code that the guide shows, by what it imports. */
const guide = await readFile(path.join(ROOT, 'docs/protect-elsewhere.md'), 'utf8');
const EXAMPLES = [...guide.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => ({
  adapter: /sensei-keys-adapters\/(\w+)/.exec(code)?.[1] ?? '',
  code,
}));

/** A verification takes a busy machine longer than the two seconds after which the example gives up. */
const patient = (code: string): string => code.replace('createVerifier({', '$& timeoutMs: 30_000,');

let service: Service;
let own: string;
/** Somebody's project in which the adapters are installed. */
let project = '';
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'backend-'));
  await run('npm', ['run', 'build:adapters'], { cwd: ROOT });
  const packed = await run('npm', ['pack', './dist', '--json', '--pack-destination', project], { cwd: ROOT });
  const [{ filename }] = JSON.parse(packed.stdout);
  await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], { cwd: project });
  await mkdir(path.join(project, 'node_modules'), { recursive: true });
  for (const name of ['express', 'hono', '@hono', '@types', 'undici-types']) {
    await symlink(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  service = await startService();
  const token = await service.token('root@example.com', { admin: true });
  const body = { email: 'backend@example.com', scopes: ['keys:verify'] };
  own = (await service.call('POST /api/user/key', { token, body })).json.apiKey;
});
afterAll(async () => {
  await service.close();
  await rm(project, { recursive: true, force: true });
});

/** Starts a program in the project; answers where it listens. */
async function start(node: string, file: string): Promise<string> {
  const env = { SENSEI_KEYS_URL: service.instance.url, SENSEI_KEYS_KEY: own, PORT: '0' };
  const child = spawn(node, [file], { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill()) await exited;
  });
  for await (const line of createInterface(child.stdout)) {
    const port = /listening on port (\d+)/.exec(line)?.[1];
    if (port) return `http://127.0.0.1:${port}`;
  }
  throw new Error(`${file} ended before it listened`);
}

test('the package is as new as the service, and has no dependencies', async () => {
  const [adapters, product] = await Promise.all(
    ['lib/adapters/package.json', 'package.json'].map(async (file) => JSON.parse(await readFile(ROOT + file, 'utf8'))),
  );
  expect(adapters.version).toBe(product.version);
  expect(adapters.dependencies).toBeUndefined();
});

test('the guide has an example for each adapter', () => {
  expect(EXAMPLES.map(({ adapter }) => adapter)).toEqual(['express', 'hono', 'fetch']);
});

describe.each(NODES)('in Node.js %s', (version, node) => {
  test.each(EXAMPLES)('the guide’s example of $adapter protects its route', async ({ adapter, code }) => {
    const serving =
      adapter === 'fetch'
        ? `import { serve } from '@hono/node-server';
          serve({ fetch: (request) => GET(request), port: 0 }, ({ port }) => console.log('listening on port ' + port));`
        : '';
    await writeFile(path.join(project, `${adapter}.js`), patient(code) + serving);
    const origin = await start(node, `${adapter}.js`);
    const ada = await signIn(service, `ada-${adapter}-${version}@example.com`);
    const { apiKey } = (await ada.make({ name: 'shop', scopes: ['orders:*'] })).json;
    const accepted = await send(origin, '/orders/17', { key: apiKey });
    expect(accepted).toMatchObject({ status: 200, json: { of: ada.email } });
    expect(accepted.headers.get('ratelimit')).toMatch(/^"plan";r=598;t=\d+$/);
    expect(await send(origin, '/orders/17')).toMatchObject({ status: 401, json: { code: 'invalid_key' } });
    await ada.revoke();
    expect(await send(origin, '/orders/17', { key: apiKey })).toMatchObject({
      status: 401,
      json: { code: 'key_revoked' },
    });
  });
});

test('types are found by a strict TypeScript project, without those of the other frameworks', async () => {
  const used = {
    'express.ts': `import express from 'express';
      import { apiKey, apiKeyOf, createVerifier } from 'sensei-keys-adapters/express';
      const verifier = createVerifier({ url: 'https://keys.example.com', apiKey: '' });
      express().use('/v1', apiKey({ verifier })).get('/a', apiKey({ verifier, ip: (req) => req.ip }), (req, res) => {
        const email: string = apiKeyOf(req).email;
        const cost: number | undefined = req.apiKey?.cost;
        // @ts-expect-error it may be missing
        res.json([email, cost, req.apiKey.email]);
      });`,
    'hono.ts': `import { Hono } from 'hono';
      import { apiKey, createVerifier } from 'sensei-keys-adapters/hono';
      const verifier = createVerifier({ url: 'https://keys.example.com', apiKey: '' });
      new Hono().get('/a', apiKey({ verifier, ip: (c) => c.req.header('cf-connecting-ip') }), (c) => {
        const scopes: readonly string[] = c.get('apiKey').scopes;
        // @ts-expect-error a mistyped name
        return c.json([scopes, c.get('apikey')]);
      });`,
    'fetch.ts': `import { protect, type Verifier } from 'sensei-keys-adapters/fetch';
      declare const verifier: Verifier;
      const handler = protect((request, key, env: { region: string }) => new Response(key.email + env.region), {
        verifier, ip: (_, env) => env.region,
      });
      handler(new Request('http://a'), { region: 'north' });
      // @ts-expect-error what the platform passes is missing
      handler(new Request('http://a'));
      // @ts-expect-error an unknown term
      protect(() => new Response(), { verifier, price: 1 });`,
  };
  for (const [file, text] of Object.entries(used)) await writeFile(path.join(project, file), text);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const checked = await run(tsc, [...options, '--pretty', 'false', ...Object.keys(used)], { cwd: project }).catch(
    (error) => error,
  );
  const ours = String(checked.stdout)
    .split('\n')
    .filter((line) => /^(express|hono|fetch)\.ts|sensei-keys-adapters|^error/.test(line));
  expect(ours).toEqual([]);
});
