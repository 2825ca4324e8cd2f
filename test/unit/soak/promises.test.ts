import { expect, test } from 'vitest';
import { type Evidence, judge } from '../../../bench/soak/promises.ts';
import { Tally } from '../../../bench/soak/tally.ts';

const EMAIL = 'ada@example.com';
const KEY = '01K8YJ3QZX0000000000000000';

/** One key: 5 calls accepted, which paid 12 credits, 2 refused; 30 credits were granted. */
function evidence(change: Partial<Evidence> = {}, counted: Partial<Evidence['counted']> = {}): Evidence {
  const [tally, spent] = [new Tally(), new Tally()];
  tally.add('accepted', 5);
  for (let line = 0; line < 7; line++) tally.addLine('accepted');
  spent.add('accepted', 12);
  const key = { keyId: KEY, secret: '', isRevoked: false, tally, person: undefined as never };
  return {
    people: [{ email: EMAIL, keys: [key], spent, granted: 30 }],
    counted: {
      requests: new Map([[KEY, 5]]),
      recorded: new Map([[KEY, 7]]),
      spent: new Map([[EMAIL, 12]]),
      granted: new Map([[EMAIL, 30]]),
      accounts: 1,
      drifts: [],
      ...counted,
    },
    deadLetters: 0,
    unexplained: {},
    memory: { gateway: { middle: 2 ** 20, last: 2 ** 20, growth: 0, isFlat: true } },
    left: [],
    ...change,
  };
}

const broken = (...of: Parameters<typeof evidence>) => judge(evidence(...of)).filter(({ holds }) => holds === false);

test('all holds where everything is counted', () => {
  expect(broken()).toEqual([]);
  expect(judge(evidence())).toHaveLength(8);
});

test.each<[string, Partial<Evidence['counted']>, string, string]>([
  ['a lost call', { requests: new Map([[KEY, 4]]) }, 'accepted calls are counted', `key ${KEY}: expected 5, found 4`],
  ['one too many', { requests: new Map([[KEY, 6]]) }, 'accepted calls are counted', `key ${KEY}: expected 5, found 6`],
  ['a key nobody knows', { requests: new Map() }, 'accepted calls are counted', `key ${KEY}: expected 5, found 0`],
  [
    'a credit too few spent',
    { spent: new Map([[EMAIL, 11]]) },
    'credits spent are those paid',
    `spent by ${EMAIL}: expected 12, found 11`,
  ],
  [
    'a credit spent twice',
    { spent: new Map([[EMAIL, 13]]) },
    'credits spent are those paid',
    `spent by ${EMAIL}: expected 12, found 13`,
  ],
  [
    'a grant that was doubled',
    { granted: new Map([[EMAIL, 60]]) },
    'credits granted are there',
    `granted to ${EMAIL}: expected 30, found 60`,
  ],
  ['a ledger that drifts', { drifts: ['drift'] }, 'no credit drifts from its ledger', 'drift'],
  [
    'a lost line',
    { recorded: new Map([[KEY, 6]]) },
    'answered calls are in the usage',
    `key ${KEY}: expected 7, found 6`,
  ],
])('%s is found', (_, counted, name, wrong) => {
  expect(broken({}, counted)).toMatchObject([{ name, wrong: [wrong] }]);
});

test.each<[string, Partial<Evidence>, string, string]>([
  ['a dead letter', { deadLetters: 1 }, 'answered calls are in the usage', '1 events became dead letters'],
  ['a failure without a restart', { unexplained: { 500: 1 } }, 'calls fail around restarts only', '1 times 500'],
  [
    'growing memory',
    { memory: { engine: { middle: 100, last: 120, growth: 0.2, isFlat: false } } },
    'memory of the engine is flat',
    'more than 10 %',
  ],
  ['a process that is left', { left: [17] }, 'no process is left', 'process 17'],
])('%s is found', (_, change, name, wrong) => {
  expect(broken(change)).toMatchObject([{ name, wrong: [wrong] }]);
});

test('memory that could not be judged breaks no promise, and keeps none', () => {
  const [memory] = judge(evidence({ memory: { gateway: { middle: 1, last: 2, growth: 1 } } })).filter(({ name }) =>
    name.startsWith('memory'),
  );
  expect(memory).toMatchObject({ text: expect.stringContaining('too short to judge'), wrong: [] });
  expect(memory).not.toHaveProperty('holds');
});
