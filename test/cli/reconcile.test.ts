import { execFile } from 'node:child_process';
import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../bench/support/engine.ts';
import { accountKey } from '../../lib/accounts/account.ts';
import { moveCredits } from '../../lib/credits/credits.store.ts';
import { noteSpending } from '../../lib/credits/roll-up.store.ts';
import { type Database, TABLES } from '../../lib/store/database.ts';
import type { Engine } from '../../local/engine.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf } from '../support/keys.ts';
import { emailOf, NOW } from '../support/records.ts';
import { engineWithTables } from '../support/stack-tables.ts';

const ACCOUNTS = 1_000;
/** Sorts before every line that is made now. */
const lineAt = (index: number) => `credit#${String(index).padStart(26, '0')}`;
const emailAt = (index: number) => emailOf(`user${index}@example.com`);

let engine: Engine;
let db: Database;

/** Have neither a ledger nor purchased credits. */
const BARE = ['bare1@example.com', 'bare2@example.com', 'bare3@example.com'].map(emailOf);

/** Accounts of which each was granted 100 credits, and has spent some; and some that nobody gave any. */
async function fill(): Promise<void> {
  const ledgered = Array.from({ length: ACCOUNTS }, (_, index) => {
    const email = emailAt(index);
    const balance = { included: 10_000, purchased: 100 };
    return [
      { ...accountKey(email), v: 1, p: 'free', c: 100 - (index % 50), x: index % 50 },
      { email, record: 'ledger', balance, month: 24_322, includedSpent: 0, purchasedSpent: 0, lastAt: NOW },
      { email, record: lineAt(index), kind: 'grant', included: 0, purchased: 100, balance },
    ];
  }).flat();
  const items = [...ledgered, ...BARE.map((email) => ({ ...accountKey(email), v: 1, p: 'free', I0ipm: 7 }))];
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await db.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.userPreferences]: requests } }));
  }
}

beforeAll(async () => {
  engine = await engineWithTables();
  db = connect(engine.endpoint);
  await fill();
});
afterAll(() => engine.close());

/** How far it is, as it is told every few seconds on a machine that is busy. */
const PROGRESS = /^\d+ accounts\n/gm;

const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const { AWS_REGION: _, ...env } = process.env;
    execFile(process.execPath, ['cli/reconcile.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr: stderr.replaceAll(PROGRESS, '') }),
    );
  });

const reconcile = (...args: string[]) => run('--endpoint', engine.endpoint, ...args);

describe('npm run reconcile', () => {
  test('says that all add up, and exits with 0', async () => {
    expect(await reconcile()).toEqual({
      code: 0,
      stdout: [
        `${ACCOUNTS + BARE.length} accounts, ${ACCOUNTS} with a ledger: all add up\n`,
        '3 have neither a ledger nor purchased credits: nothing to compare\n',
      ].join(''),
      stderr: '',
    });
  });

  test('has nothing to compare in an account that only calls have spent of, and whose ledger is due but not opened', async () => {
    const email = emailOf('caller@example.com');
    await setHot(db, email, { v: 1, I024322: 3 });
    await noteSpending(db, email, NOW);
    const { code, stdout, stderr } = await reconcile();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${ACCOUNTS + BARE.length + 1} accounts, ${ACCOUNTS} with a ledger: all add up\n`);
    expect(stdout).toContain(`${BARE.length + 1} have neither`);
  });

  test('names the account of which one credit is too many or too few, and exits with 1', async () => {
    const email = emailAt(777);
    const before = 100 - (777 % 50);
    for (const drift of [1, -1]) {
      await setHot(db, email, { c: before + drift });
      const { code, stdout } = await reconcile();
      expect(code).toBe(1);
      expect(stdout).toContain(`${email}: purchased credits left: expected ${before}, found ${before + drift}\n`);
      expect(stdout).toContain('1 do not add up\n');
    }
    await setHot(db, email, { c: before });
  });

  test('names an account that has purchased credits and no ledger, or less than nothing', async () => {
    const wrong = [{ c: 1 }, { x: 1 }, { I0ipm: -1 }];
    for (const [index, email] of BARE.entries()) await setHot(db, email, wrong[index] ?? {});
    const { drifted } = JSON.parse((await reconcile('--json')).stdout);
    expect(drifted.map(({ email }: { email: string }) => email).sort()).toEqual(BARE);
    for (const email of BARE) await setHot(db, email, { c: 0, x: 0, I0ipm: 7 });
  });

  test('finds a line that was changed, and a head, of either balance', async () => {
    const [line, head, included] = [emailAt(10), emailAt(11), emailAt(12)];
    const change = (email: string, record: string, expression: string, by: number) =>
      db.client.send(
        new UpdateCommand({
          TableName: TABLES.userPreferences,
          Key: { email, record },
          UpdateExpression: `SET ${expression} = ${expression} + :by`,
          ExpressionAttributeValues: { ':by': by },
        }),
      );
    await change(line, lineAt(10), 'purchased', 1);
    await change(head, 'ledger', 'balance.purchased', 1);
    await change(included, 'ledger', 'balance.included', 1);
    const { drifted } = JSON.parse((await reconcile('--json')).stdout);
    expect(drifted.map(({ email }: { email: string }) => email).sort()).toEqual([line, head, included]);
    await change(line, lineAt(10), 'purchased', -1);
    await change(head, 'ledger', 'balance.purchased', -1);
    await change(included, 'ledger', 'balance.included', -1);
  });

  test('is not deceived by credits that move meanwhile', async () => {
    let isDone = false;
    const moving = (async () => {
      for (let index = 0; !isDone; index = (index + 1) % 40) {
        await moveCredits(db, contextOf(emailAt(index)), { amount: 5, reason: 'test' });
      }
    })();
    const results = [await reconcile('--json'), await reconcile('--json')];
    isDone = true;
    await moving;
    expect(results.map(({ stdout }) => JSON.parse(stdout).drifted)).toEqual([[], []]);
  });

  test.each([
    [['--help'], 0, /do not add up: then it exits with 1/],
    [['--fast'], 2, /--fast/],
    [['--endpoint', 'here'], 2, /'here' is invalid. Allowed is a URL/],
    [['--stage', 'nowhere'], 2, /'nowhere' is invalid. Allowed is a stage of cdk.json: dev, prod/],
    [['--stage', 'dev'], 2, /--stage needs a region/],
    [['--endpoint', 'http://127.0.0.1:1'], 1, /npm run reconcile: no DynamoDB answers on this machine/],
  ])('%j exits with %i', async (args, code, text) => {
    const { code: exit, stdout, stderr } = await run(...args);
    expect(exit).toBe(code);
    expect(stdout + stderr).toMatch(text);
  });
});
