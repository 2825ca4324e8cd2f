import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runKilled, startMigrate } from '../../bench/migrate/killed-run.ts';
import { legacyRow, legacyRows, writeRows } from '../../bench/migrate/legacy-rows.ts';
import { foreignAttributes, hashTable } from '../../bench/migrate/table-hash.ts';
import { connect } from '../../bench/support/engine.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Engine } from '../../local/engine.ts';
import { readLock } from '../../migrations/runner/lock.store.ts';
import { seeded } from '../support/faults.ts';
import { engineWithTables } from '../support/stack-tables.ts';

const ROWS = 2_000;

let engine: Engine;
let db: Database;
beforeAll(async () => {
  engine = await engineWithTables();
  db = connect(engine.endpoint);
  await writeRows(db, legacyRows(ROWS - 1));
  await writeRows(db, [legacyRow('Ada@Example.com\u001b', 1)]);
});
afterAll(() => engine.close());

const run = (...args: string[]) => startMigrate(engine.endpoint, args).ended;
/** Slow enough that there is a half-way to be killed at. */
const SLOW = ['--rate', '1500', '--segments', '4'];
const untilLocked = async () => {
  while (!(await readLock(db))) await sleep(10);
};

test('npm run migrate, killed at random moments and run again, extends every row once, and takes all back to the byte', {
  timeout: 90_000,
}, async () => {
  const [before, foreign] = [await hashTable(db), await hashTable(db, foreignAttributes)];
  const dry = JSON.parse((await run('--dry-run', '--json')).stdout);
  expect(dry.steps).toMatchObject([{ status: 'foretold', counts: { made: ROWS - 1 } }]);
  expect(await hashTable(db)).toEqual(before);

  const random = seeded(1);
  const up = await runKilled(db, engine.endpoint, { args: ['--json', ...SLOW], kills: 3, items: ROWS, random });
  expect(up.code, up.stderr).toBe(0);
  expect(up.killed).toBeGreaterThan(0);
  expect(JSON.parse(up.stdout).steps).toMatchObject([
    { status: 'done', verified: { rows: ROWS, made: ROWS - 1, notAnAddress: 1 }, amiss: [] },
  ]);
  expect(await hashTable(db, foreignAttributes)).toEqual(foreign);

  const args = ['--to', '0', '--json', ...SLOW];
  const down = await runKilled(db, engine.endpoint, { args, kills: 2, items: 2 * ROWS, random });
  expect(down.code, down.stderr).toBe(0);
  expect(await hashTable(db)).toEqual(before);
});

test('of two at once one refuses and names the other, and at Ctrl-C that one ends after the batch and says how to go on', async () => {
  const before = await hashTable(db);
  const first = startMigrate(engine.endpoint, ['--rate', '100']);
  await untilLocked();
  const second = await run();
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toMatch(
    new RegExp(
      `^npm run migrate: migrations are run by process ${first.child.pid} on .* since 20.*; its lease ends at`,
    ),
  );
  expect((await run('status')).stdout).toMatch(/^0001 api-key-accounts +(unfinished: extending|not up)/m);

  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/the same command goes on/) });
  expect(await readLock(db)).toBeUndefined();
  const resumed = await run();
  expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
  expect(resumed.stdout).toMatch(
    /^0001 api-key-accounts: up, verified\n {2}rows +2,000\n {2}extended, account made +1,999$/m,
  );
  // What a terminal would obey is shown, not sent.
  expect(resumed.stdout).toContain(String.raw`"Ada@Example.com\u001b"`);
  expect((await run('status')).stdout).toMatch(/^0001 api-key-accounts +up/m);
  expect((await run('--to', '0')).stdout).toMatch(/accounts removed +1,999/);
  expect((await run('--to', '0')).stdout).toBe('no migration is up: nothing to do\n');
  expect(await hashTable(db)).toEqual(before);
});

test.each([
  [['--to', '9'], 2, /Allowed is a whole number from 0 to 1/],
  [['--rate', '0'], 2, /Allowed is a whole number from 1/],
  [['--fast'], 2, /unknown option '--fast'/],
  [['--help'], 0, /--dry-run[\s\S]*exits with 0 when it is done, 1 if/],
  [['--endpoint', 'http://127.0.0.1:1'], 1, /no DynamoDB answers on this machine; start it by npm start/],
])('%j exits with %i', async (args, code, text) => {
  const ended = await run(...args);
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toMatch(text);
});
