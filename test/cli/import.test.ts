import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../bench/import/digest.ts';
import { connect } from '../../bench/support/engine.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import { createCheck } from '../../lib/metering/check.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Engine } from '../../local/engine.ts';
import { containerName } from '../support/container.ts';
import { engineWithTables } from '../support/stack-tables.ts';
import { node } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const OWN = makeSecret('test', (length) => new Uint8Array(length).fill(3));
const FOREIGN = 'acme_9f8e7d6c5b4a3928';
const HASHED = 'acme_known_by_its_hash';
const sha256 = (text: string) => createHash('sha256').update(text);

const ROWS = [
  { email: 'Ada@Example.com', key: FOREIGN, name: 'first', scopes: ['orders:read'], credits: 100 },
  { email: 'ada@example.com', key: FOREIGN, name: 'the same once more', credits: 100 },
  { email: 'eve@example.com', key: FOREIGN },
  { email: 'ada@example.com', keyHash: sha256(HASHED).digest('base64'), quota: { limit: 5, period: 'day' } },
  { email: 'bob@example.com', key: OWN, status: 'disabled', allowedIps: ['192.0.2.0/24', '2001:db8::/32'], credits: 7 },
  { email: 'bob@example.com', key: 'short' },
];

const CSV = `email,key,keyHash,name,scopes,allowedIps,quota,status,credits
Ada@Example.com,${FOREIGN},,first,orders:read,,,,100
ada@example.com,${FOREIGN},,the same once more,,,,,100
eve@example.com,${FOREIGN},,,,,,,
ada@example.com,,${sha256(HASHED).digest('hex')},,,,"{""limit"":5,""period"":""day""}",,
bob@example.com,${OWN},,,,192.0.2.0/24;2001:db8::/32,,disabled,7
bob@example.com,short,,,,,,,
`;

async function newEngine(): Promise<{ engine: Engine; db: Database }> {
  const engine = await engineWithTables();
  return { engine, db: connect(engine.endpoint) };
}

const runAt = (endpoint: string, args: readonly string[], input = '') =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const { AWS_REGION: _, ...env } = process.env;
    const all = ['cli/keys.ts', ...args, ...(endpoint === '' ? [] : ['--endpoint', endpoint])];
    const child = execFile(process.execPath, all, { env: { ...env, FORCE_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(input);
  });

/** Keys made in one moment stand in any order. */
const DATED = ROWS.map((row, index) => ({ ...row, createdAt: `2026-01-0${index + 1}T00:00:00Z` }));

const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const letsIn = async (db: Database, secret: string) => {
  const verdict = await createCheck(db, Date.now, containerName(), { foreignSecrets: true })(secret as Secret);
  return verdict.allowed ? 'allowed' : verdict.refusal.code;
};

describe.each([
  ['rows.jsonl', ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''), 0],
  ['rows.csv', CSV, 1],
])('npm run keys -- import %s', (name, text, before) => {
  let engine: Engine;
  let db: Database;
  let directory: string;
  let file: string;
  beforeAll(async () => {
    ({ engine, db } = await newEngine());
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    directory = await temporaryDirectory();
    file = path.join(directory, name);
    await writeFile(file, text);
  });

  const run = (...args: string[]) => runAt(engine.endpoint, ['import', file, ...args]);
  const row = (index: number) => index + before;
  const REJECTS = [
    { row: row(3), email: 'eve@example.com', reason: 'key: belongs to another account' },
    {
      row: row(6),
      email: 'bob@example.com',
      reason: 'key: Expected 16 to 255 visible ASCII characters, without spaces and commas',
    },
  ];

  test('tells in a dry run what comes of each row, and writes nothing', async () => {
    const results = path.join(directory, 'results.jsonl');
    const { code, stdout } = await run('--dry-run', '--results', results);
    expect(code).toBe(1);
    expect(stdout).toBe(`6 rows: 3 would be made, 1 there already, 2 rejected\nwhy: ${file}.rejects.jsonl\n`);
    expect((await linesOf(results)).map(({ outcome }) => outcome)).toEqual([
      'made',
      'there',
      'rejected',
      'made',
      'made',
      'rejected',
    ]);
    expect((await digestOf(db)).items).toBe(0);
  });

  test('makes the keys, names each reject with its reason, and lets in their callers', async () => {
    const results = path.join(directory, 'results.jsonl');
    const { code, stdout, stderr } = await run('--results', results);
    expect(code).toBe(1);
    expect(stdout).toBe(`6 rows: 3 made, 1 there already, 2 rejected\nwhy: ${file}.rejects.jsonl\n`);
    expect(stderr).toContain('let in only while npm start runs with --foreign-secrets');
    expect(stdout + stderr).toBe(stripVTControlCharacters(stdout + stderr));
    expect(await linesOf(`${file}.rejects.jsonl`)).toEqual(REJECTS);
    expect((await stat(`${file}.rejects.jsonl`)).mode & 0o777).toBe(0o600);
    const [made, there, ...others] = await linesOf(results);
    expect(made).toEqual({
      row: row(1),
      email: 'ada@example.com',
      outcome: 'made',
      keyId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      beyondPlan: ['expiresAt'],
    });
    expect(there).toEqual({ row: row(2), email: 'ada@example.com', outcome: 'there', keyId: made.keyId });
    expect(others.map((result) => result.row)).toEqual([3, 4, 5, 6].map(row));
    expect(JSON.stringify(await linesOf(results))).not.toMatch(/acme_|sk_test_/);

    expect(await letsIn(db, FOREIGN)).toBe('allowed');
    expect(await letsIn(db, HASHED)).toBe('allowed');
    expect(await letsIn(db, OWN)).toBe('key_disabled');
  });

  test('leaves the tables as they are when it is run again', async () => {
    const first = await digestOf(db);
    const { code, stdout } = await run('--json', '--rejects', path.join(directory, 'bad'));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 6, made: 0, there: 4, rejected: 2, interrupted: false });
    expect(await linesOf(path.join(directory, 'bad'))).toEqual(REJECTS);
    expect(await digestOf(db)).toEqual(first);
  });

  test('keeps no 6 characters of a secret that is known by its plaintext, but for its hint', async () => {
    const exported = await runAt(engine.endpoint, ['export']);
    expect(exported.stdout).toContain('ac…28');
    for (const secret of [FOREIGN, OWN.slice(8)]) {
      for (let at = 0; at + 6 <= secret.length; at++) expect(exported.stdout).not.toContain(secret.slice(at, at + 6));
    }
  });
});

describe('npm run keys -- import, interrupted', () => {
  let source: Awaited<ReturnType<typeof newEngine>>;
  beforeAll(async () => {
    source = await newEngine();
  });
  afterAll(() => source.engine.close());

  /** An engine behind a door that tells of the first write. */
  async function doorTo(endpoint: string, onFirstWrite: () => void): Promise<string> {
    let isFirst = true;
    const server = createServer(async (request, response) => {
      if (isFirst && String(request.headers['x-amz-target']).endsWith('.TransactWriteItems')) {
        isFirst = false;
        onFirstWrite();
      }
      const { host, 'content-length': _, connection, ...headers } = request.headers;
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: await buffer(request),
      });
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('ends after what is under way, says that it goes on, and goes on when it is run again', async () => {
    const file = path.join(await temporaryDirectory(), 'rows.jsonl');
    const rows = Array.from({ length: 80 }, (_, index) => ({
      email: `u${index}@example.com`,
      key: `${FOREIGN}${index}`,
      credits: 1,
    }));
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const door = await doorTo(source.engine.endpoint, () => process.kill(command.pid, 'SIGINT'));
    const command = node(['cli/keys.ts', 'import', file, '--json', '--endpoint', door]);
    const cut = await command.ended();
    expect(cut).toMatchObject({
      code: 1,
      signal: null,
      stderr: expect.stringContaining('run the same again, and it goes on'),
    });
    const { made, interrupted } = JSON.parse(cut.stdout);
    expect(interrupted).toBe(true);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(80);

    const { code, stdout } = await runAt(source.engine.endpoint, ['import', file, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 80, made: 80 - made, there: made, rejected: 0 });
  });
});

describe('npm run keys -- export', () => {
  let source: Awaited<ReturnType<typeof newEngine>>;
  let target: Awaited<ReturnType<typeof newEngine>>;
  beforeAll(async () => {
    [source, target] = await Promise.all([newEngine(), newEngine()]);
    const { code } = await runAt(
      source.engine.endpoint,
      ['import', '-'],
      DATED.map((row) => JSON.stringify(row)).join('\n'),
    );
    expect(code).toBe(1);
  });
  afterAll(() => Promise.all([source.engine.close(), target.engine.close()]));

  test.each(['jsonl', 'csv'])(
    'as %s, imported into empty tables, gives the same keys, credits and callers',
    async (format) => {
      const file = path.join(await temporaryDirectory(), `keys.${format}`);
      const exported = await runAt(source.engine.endpoint, ['export', file]);
      expect(exported).toMatchObject({ code: 0, stdout: '', stderr: '3 keys of 2 accounts\n' });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const imported = await runAt(target.engine.endpoint, ['import', file, '--json']);
      expect(imported.code).toBe(0);
      expect(JSON.parse(imported.stdout)).toMatchObject({ rows: 3, rejected: 0 });

      const again = await runAt(target.engine.endpoint, ['export', '--format', format]);
      expect(again.stdout).toBe(await readFile(file, 'utf8'));
      for (const secret of [FOREIGN, HASHED, OWN]) {
        expect(await letsIn(target.db, secret)).toBe(await letsIn(source.db, secret));
      }
    },
  );

  test('of one user has no others; of nobody it says so', async () => {
    const one = await runAt(source.engine.endpoint, ['export', '--email', 'BOB@example.com']);
    expect(
      one.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { email: 'bob@example.com', hashEncoding: 'hex', status: 'disabled', environment: 'test', credits: 7 },
    ]);
    const nobody = await runAt(source.engine.endpoint, ['export', '--email', 'nobody@example.com']);
    expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no account of nobody@') });
  });

  test.each([
    [['import', '--help'], 0, /--dry-run/],
    [['export', '--help'], 0, /never the secret/],
    [['import'], 2, /missing required argument 'file'/],
    [['import', 'x', '--format', 'xml'], 2, /Allowed choices are jsonl, csv/],
    [['import', '/nowhere/rows.jsonl'], 1, /^npm run keys: ENOENT/],
    [['import', 'package.json', '--results', './package.json'], 1, /must be different files/],
  ])('%j exits with %i', async (args, code, message) => {
    const result = await runAt('', args);
    expect(result.code).toBe(code);
    expect(result.stdout + result.stderr).toMatch(message);
  });

  test('where no engine answers, it says how to start one', async () => {
    const { code, stderr } = await runAt('http://127.0.0.1:1', ['import', '-'], `${JSON.stringify(ROWS[0])}\n`);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'npm run keys: no DynamoDB answers on this machine; start it by npm start, or give the address it prints by --endpoint\n',
    );
  });
});
