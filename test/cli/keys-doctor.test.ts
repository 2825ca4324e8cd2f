import { DeleteTableCommand, DescribeTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../lib/events/event.store.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Engine } from '../../local/engine.ts';
import manifest from '../../package.json' with { type: 'json' };
import { madeKey } from '../support/keys.ts';
import { emailOf } from '../support/records.ts';
import { type Account, type AwsStub, startAwsStub } from './support/aws-stub.ts';
import { connectedEngine, runKeys } from './support/keys-command.ts';

const { version } = manifest;
const ARN = 'arn:aws:sts::123456789012:assumed-role/Operator/grace';
const OWNER = emailOf('ada@example.com');

const deployed = (name: string, fields = {}) => ({
  FunctionName: `sensei-keys-${name}`,
  Runtime: 'nodejs24.x',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Description: `Sensei Keys ${version}: ${name}`,
  ...fields,
});

const WELL: Account = {
  arn: ARN,
  alarms: { 'sensei-keys-errors': 'OK', 'another-team': 'ALARM' },
  queues: { 'sensei-keys-events-dead-letters': 0, 'sensei-keys-record-usage-dead-letters': 0, 'sensei-keys-work': 9 },
  functions: [
    { FunctionName: 'another-team', Runtime: 'nodejs18.x' },
    deployed('authorize', {
      Environment: { Variables: { ROUTE_TERMS: '{"POST /api/orders":{"cost":5,"scopes":["orders:write"]}}' } },
    }),
    deployed('record-usage'),
  ],
  pipes: { 'sensei-keys-events': { CurrentState: 'RUNNING' } },
  buses: {
    default: { 'another-team': { State: 'DISABLED' }, 'sensei-keys-write-notices': {} },
    'sensei-keys': { 'sensei-keys-mail-events': {}, 'sensei-keys-top-up-credits': {} },
  },
  logGroups: {
    '/aws/vendedlogs/sensei-keys/access': 'sensei-keys-record-usage',
    '/aws/lambda/sensei-keys-authorize': 'sensei-keys-record-usage',
    '/aws/lambda/sensei-keys-verify-key': 'sensei-keys-record-usage',
  },
  mayInvoke: [
    '/aws/vendedlogs/sensei-keys/access',
    '/aws/lambda/sensei-keys-authorize',
    '/aws/lambda/sensei-keys-verify-key',
  ],
};

let engine: Engine;
let db: Database;
let aws: AwsStub;
beforeAll(async () => {
  ({ engine, db } = await connectedEngine());
  aws = await startAwsStub(WELL);
});
afterAll(async () => {
  await aws.close();
  await engine.close();
});

/** Runs a command against a stage whose DynamoDB is the engine, and the rest of AWS the stub. */
const onStage = (command: string, args: readonly string[] = [], input = '') =>
  runKeys(command, ['--stage', 'dev', '--region', 'us-east-1', ...args], {
    input,
    env: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });

/** What the doctor says of each check, in short. */
async function diagnosis(account: Account): Promise<{ code: number; said: Record<string, string> }> {
  aws.account = account;
  const { code, stdout } = await onStage('doctor', ['--json']);
  const { checks } = JSON.parse(stdout) as { checks: { check: string; status: string; found: string }[] };
  return { code, said: Object.fromEntries(checks.map(({ check, status, found }) => [check, `${status}: ${found}`])) };
}

describe('doctor, on a stage,', () => {
  test('finds a deployment well, of whatever else the account has', async () => {
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: 'api_events' }));
    const pipe = { CurrentState: 'RUNNING', Source: Table?.LatestStreamArn ?? '' };
    const { said } = await diagnosis({ ...WELL, pipes: { 'sensei-keys-events': pipe } });
    expect(said).toMatchObject({
      alarms: 'ok: 1, all OK',
      'dead letters': 'ok: 2, all empty',
      'event pipe': 'ok: sensei-keys-events is RUNNING',
      rules: 'ok: 3, all enabled',
      'log subscriptions': 'ok: of 3 log groups, to sensei-keys-record-usage',
      functions: 'ok: 2 on nodejs24.x, all up to date',
      version: `ok: ${version}, as this checkout`,
      'user_preferences: table': 'ok: ACTIVE, key email, record, indexes due, accounts',
    });
  });

  test('names what is wrong and exits with 1, and says of what it may not see that it was not checked', async () => {
    const { code, said } = await diagnosis({
      ...WELL,
      alarms: { 'sensei-keys-errors': 'ALARM', 'sensei-keys-slow': 'INSUFFICIENT_DATA' },
      queues: { ...WELL.queues, 'sensei-keys-events-dead-letters': 3 },
      functions: [deployed('authorize', { Description: 'Sensei Keys 0.0.1: authorize' }), deployed('record-usage')],
      denied: ['GetCallerIdentity'],
    });
    expect(code).toBe(1);
    expect(said).toMatchObject({
      alarms: 'problem: in alarm: sensei-keys-errors',
      'dead letters': 'problem: sensei-keys-events-dead-letters holds 3',
      version: `warning: several at once: 0.0.1, ${version}`,
    });
    const unseen = ['DescribeAlarms', 'ListQueues', 'ListFunctions', 'DescribePipe', 'ListRules', 'GetPolicy'];
    const { said: denied } = await diagnosis({ ...WELL, denied: unseen });
    const checks = ['alarms', 'dead letters', 'functions', 'version', 'event pipe', 'rules', 'log subscriptions'];
    for (const check of checks) expect(denied[check]).toMatch(/^not checked: AccessDeniedException: not allowed/);
  });

  test('names what has stopped behind the calls, and what is not there', async () => {
    const stopped = await diagnosis({
      ...WELL,
      pipes: { 'sensei-keys-events': { CurrentState: 'STOPPED' } },
      buses: { ...WELL.buses, default: { 'sensei-keys-write-notices': { State: 'DISABLED' } } },
      mayInvoke: WELL.mayInvoke.slice(1),
    });
    expect(stopped.code).toBe(1);
    expect(stopped.said).toMatchObject({
      'event pipe': 'problem: sensei-keys-events is STOPPED: no event reaches the bus',
      rules: 'problem: disabled: sensei-keys-write-notices',
      'log subscriptions': expect.stringMatching(/^problem: .* may not be invoked for \/aws\/vendedlogs/),
    });
    const { said: gone } = await diagnosis({
      ...WELL,
      pipes: {},
      buses: { default: {} },
      logGroups: {},
      mayInvoke: [],
    });
    expect(gone).toMatchObject({
      'event pipe': 'problem: sensei-keys-events is not there: no event reaches the bus',
      rules: 'problem: the event bus is not there',
      'log subscriptions': expect.stringMatching(/^problem: .* does not get the lines of .*access, .*verify-key:/),
    });
  });
});

describe('on a stage,', () => {
  test('verify judges a call by the terms that the route was deployed with', async () => {
    aws.account = WELL;
    const { secret } = await madeKey(db, OWNER, { at: Date.now() });
    const { code, stdout } = await onStage('verify', ['--json', '--route', 'POST /api/orders'], secret);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false, code: 'scope_denied', cost: 5 });
    expect((await onStage('verify', ['--route', 'GET /api/whoami'], secret)).code).toBe(0);
  });

  test('the audit log names who the AWS credentials are', async () => {
    expect((await onStage('users plan', [OWNER, 'pro'])).code).toBe(0);
    const { events } = await readEvents(db, OWNER, { limit: 1 });
    expect(events).toMatchObject([{ type: 'plan.changed', actor: { email: ARN, userAgent: 'npm run keys' } }]);
  });
});

describe('doctor, on this machine,', () => {
  const local = () => runKeys('doctor', ['--endpoint', engine.endpoint]);

  test('does not check what no local engine has, and finds no problem', async () => {
    const { code, stdout } = await local();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^api_events: stream +ok +of NEW_IMAGE$/m);
    expect(stdout).toMatch(/^alarms +not checked +this machine has none$/m);
    expect(stdout).toMatch(/^problems: 0, warnings: 0, not checked: \d+$/m);
  });

  test('tells of a table that is not there, and of one where nothing expires, what to do, and exits with 1', async () => {
    await db.client.send(new DeleteTableCommand({ TableName: 'api_usage' }));
    const TimeToLiveSpecification = { AttributeName: 'deleteAt', Enabled: false };
    await db.client.send(new UpdateTimeToLiveCommand({ TableName: 'api_events', TimeToLiveSpecification }));
    const { code, stdout } = await local();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^api_usage: table +problem +it is not there +restart npm start/m);
    expect(stdout).toMatch(/^api_events: expiry \(TTL\) +problem +off, not on deleteAt/m);
    const usage = await runKeys('usage', [OWNER, '--endpoint', engine.endpoint]);
    expect(usage).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'npm run keys: a table is not there; npm run keys -- doctor tells what is missing\n',
    });
  });
});
