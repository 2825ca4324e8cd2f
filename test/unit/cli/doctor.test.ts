import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../cli/doctor/checks.ts';
import {
  EXPECTED_FUNCTIONS,
  EXPECTED_QUEUES,
  EXPECTED_SUBSCRIPTIONS,
  EXPECTED_TABLES,
  RECORDER,
} from '../../../cli/doctor/expected.ts';
import { type Facts, type FunctionFacts, seen, type TableFacts, unseen } from '../../../cli/doctor/facts.ts';
import { clockAhead } from '../../../cli/doctor/look-at-clock.ts';

const STREAM = 'arn:aws:dynamodb:eu-west-1:123456789012:table/api_events/stream/2026-11-27T00:00:00.000';

const table = (name: string): TableFacts => {
  const expected = EXPECTED_TABLES.find((one) => one.name === name) ?? expect.fail();
  return {
    status: 'ACTIVE',
    keys: expected.keys,
    indexes: Object.entries(expected.indexes).map(([index, keys]) => ({ name: index, keys, status: 'ACTIVE' })),
    stream: expected.stream,
    streamArn: expected.stream && STREAM,
    deletionProtection: true,
    timeToLive: seen(expected.timeToLive),
    pointInTimeRecovery: seen(true),
  };
};

const one = (fields: Partial<FunctionFacts> = {}): FunctionFacts => ({
  name: 'sensei-keys-x',
  runtime: 'nodejs24.x',
  state: 'Active',
  lastUpdate: 'Successful',
  description: 'Sensei Keys 1.2.3: x',
  ...fields,
});

const FUNCTIONS = EXPECTED_FUNCTIONS.map((name) => one({ name }));

const PIPE = { state: 'RUNNING', reason: '', source: STREAM };
const HOURLY = { name: 'sensei-keys-write-notices', bus: 'default', state: 'ENABLED', targets: 1 };
const TOP_UP = { ...HOURLY, name: 'sensei-keys-top-up-credits', bus: 'sensei-keys' };
const SUBSCRIPTIONS = EXPECTED_SUBSCRIPTIONS.map((logGroup) => ({ logGroup, functions: [RECORDER], mayInvoke: true }));

const WELL: Facts = {
  stage: { name: 'prod', retainsData: true },
  tables: Object.fromEntries(EXPECTED_TABLES.map(({ name }) => [name, seen(table(name))])),
  alarms: seen([{ name: 'sensei-keys-a', state: 'OK' }]),
  deadLetters: seen(EXPECTED_QUEUES.map((name) => ({ name, messages: 0 }))),
  functions: seen(FUNCTIONS),
  pipe: seen(PIPE),
  bus: seen({ isThere: true, rules: [HOURLY, TOP_UP] }),
  subscriptions: seen(SUBSCRIPTIONS),
  clockAhead: seen(0),
  version: '1.2.3',
};

const LOCAL: Facts = { ...WELL, stage: undefined };
const DEV: Facts = { ...WELL, stage: { name: 'dev', retainsData: false } };

const withTable = (name: string, fields: Partial<TableFacts>, facts = WELL): Facts => ({
  ...facts,
  tables: { ...facts.tables, [name]: seen({ ...table(name), ...fields }) },
});
const withRules = (...rules: (typeof HOURLY)[]): Facts => ({ ...WELL, bus: seen({ isThere: true, rules }) });
const withSubscription = (fields: object): Facts => ({
  ...WELL,
  subscriptions: seen(SUBSCRIPTIONS.map((one, index) => (index === 0 ? { ...one, ...fields } : one))),
});
const withFunction = (fields: Partial<FunctionFacts>): Facts => ({
  ...WELL,
  functions: seen([...FUNCTIONS, one(fields)]),
});

/** What is not as it should be. */
const unwell = (facts: Facts) =>
  CHECKS.map(({ name, judge }) => ({ name, ...judge(facts) })).filter(({ status }) => status !== 'ok');

test('nothing is said of a deployment that is well', () => {
  expect(unwell(WELL)).toEqual([]);
});

describe('the doctor finds', () => {
  test.each<[string, Facts, [string, string, RegExp]]>([
    [
      'a table that is not there',
      { ...WELL, tables: { ...WELL.tables, api_keys: seen(undefined) } },
      ['api_keys: table', 'problem', /not there/],
    ],
    [
      'a table that is not ready',
      withTable('api_keys', { status: 'UPDATING' }),
      ['api_keys: table', 'problem', /it is UPDATING/],
    ],
    [
      'a table of another key',
      withTable('api_keys', { keys: 'id' }),
      ['api_keys: table', 'problem', /its key is id, not keyHash/],
    ],
    [
      'an index that is not there',
      withTable('user_preferences', { indexes: [] }),
      ['user_preferences: table', 'problem', /lacks index due/],
    ],
    [
      'an index that is being built',
      withTable('user_preferences', {
        indexes: table('user_preferences').indexes.map((index) => ({ ...index, status: 'CREATING' })),
      }),
      ['user_preferences: table', 'warning', /due is CREATING/],
    ],
    [
      'that nothing expires',
      withTable('api_usage', { timeToLive: seen(undefined) }),
      ['api_usage: expiry (TTL)', 'problem', /off, not on deleteAt/],
    ],
    [
      'expiry by another attribute',
      withTable('api_usage', { timeToLive: seen('ttl') }),
      ['api_usage: expiry (TTL)', 'problem', /on ttl, not on deleteAt/],
    ],
    [
      'what it may not see',
      withTable('api_usage', { timeToLive: unseen('AccessDenied') }),
      ['api_usage: expiry (TTL)', 'not checked', /AccessDenied/],
    ],
    [
      'that nothing can be restored',
      withTable('api_keys', { pointInTimeRecovery: seen(false) }),
      ['api_keys: recovery (PITR)', 'problem', /off/],
    ],
    [
      'that retained data can be deleted',
      withTable('api_keys', { deletionProtection: false }),
      ['api_keys: deletion protection', 'problem', /off/],
    ],
    [
      'a table without its stream',
      withTable('api_events', { stream: undefined }),
      ['api_events: stream', 'problem', /off, not NEW_IMAGE/],
    ],
    [
      'a stream of other images',
      withTable('api_events', { stream: 'KEYS_ONLY' }),
      ['api_events: stream', 'problem', /KEYS_ONLY/],
    ],
    ['a clock that is ahead', { ...WELL, clockAhead: seen(1_001) }, ['clock', 'warning', /1\.0 s ahead of/]],
    ['a clock that is behind', { ...WELL, clockAhead: seen(-61_000) }, ['clock', 'warning', /61\.0 s behind/]],
    ['that there are no alarms', { ...WELL, alarms: seen([]) }, ['alarms', 'problem', /none/]],
    [
      'an alarm',
      {
        ...WELL,
        alarms: seen([
          { name: 'a', state: 'ALARM' },
          { name: 'b', state: 'INSUFFICIENT_DATA' },
        ]),
      },
      ['alarms', 'problem', /in alarm: a$/],
    ],
    [
      'an alarm without data',
      { ...WELL, alarms: seen([{ name: 'b', state: 'INSUFFICIENT_DATA' }]) },
      ['alarms', 'warning', /without data: b/],
    ],
    [
      'dead letters',
      { ...WELL, deadLetters: seen(EXPECTED_QUEUES.map((name) => ({ name, messages: 2 }))) },
      ['dead letters', 'problem', /holds 2/],
    ],
    [
      'that a queue is not there',
      { ...WELL, deadLetters: seen([]) },
      ['dead letters', 'problem', /not there: sensei-keys-events/],
    ],
    [
      'that there is no event pipe',
      { ...WELL, pipe: seen(undefined) },
      ['event pipe', 'problem', /sensei-keys-events is not there: no event reaches the bus/],
    ],
    [
      'an event pipe that has stopped, and why',
      { ...WELL, pipe: seen({ ...PIPE, state: 'STOPPED', reason: 'by ops' }) },
      ['event pipe', 'problem', /is STOPPED \(by ops\): no event/],
    ],
    [
      'an event pipe that starts',
      { ...WELL, pipe: seen({ ...PIPE, state: 'STARTING' }) },
      ['event pipe', 'warning', /is STARTING/],
    ],
    [
      'an event pipe that reads the stream of a table which is gone',
      { ...WELL, pipe: seen({ ...PIPE, source: `${STREAM}-before` }) },
      ['event pipe', 'problem', /reads .*-before, and the stream of api_events is/],
    ],
    [
      'that there is no event bus',
      { ...WELL, bus: seen({ isThere: false, rules: [HOURLY] }) },
      ['rules', 'problem', /bus is not there/],
    ],
    [
      'that no rule runs the hourly function',
      withRules(TOP_UP),
      ['rules', 'problem', /not there: sensei-keys-write-notices/],
    ],
    [
      'a rule that is disabled, also one of an option',
      withRules(HOURLY, { ...TOP_UP, state: 'DISABLED' }),
      ['rules', 'problem', /disabled: sensei-keys-top-up-credits/],
    ],
    [
      'a rule that calls nobody',
      withRules({ ...HOURLY, targets: 0 }),
      ['rules', 'problem', /without a target: sensei-keys-write-notices/],
    ],
    [
      'log lines that are delivered to nobody, or to another',
      withSubscription({ functions: ['another'] }),
      ['log subscriptions', 'problem', /does not get the lines of \/aws\/vendedlogs\/sensei-keys\/access/],
    ],
    [
      'log lines that CloudWatch Logs may not deliver',
      withSubscription({ mayInvoke: false }),
      ['log subscriptions', 'problem', /may not be invoked for \/aws\/vendedlogs\/sensei-keys\/access/],
    ],
    [
      'a function that failed',
      withFunction({ lastUpdate: 'Failed' }),
      ['functions', 'problem', /failed: sensei-keys-x/],
    ],
    [
      'a function that is being updated',
      withFunction({ lastUpdate: 'InProgress' }),
      ['functions', 'warning', /being updated/],
    ],
    ['a function on an old runtime', withFunction({ runtime: 'nodejs20.x' }), ['functions', 'warning', /nodejs20\.x/]],
    [
      'several versions at once',
      withFunction({ description: 'Sensei Keys 1.2.2: x' }),
      ['version', 'warning', /1\.2\.2, 1\.2\.3/],
    ],
    [
      'another version than the checkout',
      { ...WELL, version: '1.3.0' },
      ['version', 'warning', /1\.2\.3 is deployed, and this checkout is 1\.3\.0/],
    ],
  ])('%s', (_, facts, [name, status, found]) => {
    expect(unwell(facts)).toContainEqual(
      expect.objectContaining({ name, status, found: expect.stringMatching(found) }),
    );
    const todo = unwell(facts).filter((finding) => finding.status !== 'not checked');
    expect(todo.every((finding) => finding.todo !== '')).toBe(true);
  });

  test('nothing wrong with data that can be deleted where the stage does not retain them', () => {
    expect(unwell(withTable('api_keys', { deletionProtection: false }, DEV))).toEqual([]);
  });

  test('no problem in what a local engine does not have', () => {
    const bare = { deletionProtection: false, pointInTimeRecovery: unseen('unknown operation') };
    const facts = EXPECTED_TABLES.reduce((all, { name }) => withTable(name, bare, all), LOCAL);
    const none = unseen('this machine has none');
    const aws = { alarms: none, deadLetters: none, functions: none, pipe: none, bus: none, subscriptions: none };
    const found = unwell({ ...facts, ...aws, clockAhead: unseen('no time') });
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['not checked']));
    expect(found.map(({ todo }) => todo).join('')).toBe('');
  });
});

describe('a clock', () => {
  test.each([
    ['the same', 10_000, 10_400, 10_500, 0],
    ['in the same second', 10_000, 10_999, 11_020, 0],
    ['whose answer came in the next second', 11_000, 10_990, 11_010, 0],
    ['ahead by one millisecond at least', 10_000, 11_000, 11_050, 1],
    ['ahead', 10_000, 15_500, 15_600, 4_501],
    ['behind', 10_000, 4_000, 4_100, -5_900],
  ])('%s', (_, date, sentAt, answeredAt, ahead) => {
    expect(clockAhead(date, sentAt, answeredAt)).toBe(ahead);
  });
});
