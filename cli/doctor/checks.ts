import {
  EXPECTED_FUNCTIONS,
  EXPECTED_QUEUES,
  EXPECTED_RUNTIME,
  EXPECTED_TABLES,
  type ExpectedTable,
  versionIn,
} from './expected.ts';
import type { Fact, Facts, FunctionFacts, TableFacts } from './facts.ts';

export type Status = 'ok' | 'warning' | 'problem' | 'not checked';

/** What a check comes to. */
export interface Verdict {
  readonly status: Status;
  readonly found: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly todo: string;
}

/** One row of what the doctor checks. */
export interface Check {
  readonly name: string;
  readonly judge: (facts: Facts) => Verdict;
}

const ok = (found: string): Verdict => ({ status: 'ok', found, todo: '' });
const warning = (found: string, todo: string): Verdict => ({ status: 'warning', found, todo });
const problem = (found: string, todo: string): Verdict => ({ status: 'problem', found, todo });
const notChecked = (found: string, todo = ''): Verdict => ({ status: 'not checked', found, todo });

/** Judges what was seen; of what could not be seen it says why. */
function judged<Value>({ stage }: Facts, fact: Fact<Value>, judge: (value: Value) => Verdict): Verdict {
  if (fact.kind === 'seen') return judge(fact.value);
  return stage ? notChecked(fact.why, 'allow what was denied, and run it again') : notChecked(fact.why);
}

const DEPLOY = 'deploy the stack: npm run deploy';

const redo = ({ stage }: Facts): string =>
  stage ? DEPLOY : 'restart npm start, which adds what is missing; data stay';

type JudgeTable = (table: TableFacts, expected: ExpectedTable, facts: Facts) => Verdict;

function judgeKeys({ status, keys, indexes }: TableFacts, expected: ExpectedTable, facts: Facts): Verdict {
  if (status !== 'ACTIVE') return problem(`it is ${status}`, 'wait until it is ACTIVE, and run it again');
  if (keys !== expected.keys) {
    return problem(
      `its key is ${keys}, not ${expected.keys}`,
      'it is a table of something else: export what it holds, delete it, deploy',
    );
  }
  const lacking = Object.entries(expected.indexes).filter(
    ([name, own]) => !indexes.some((index) => index.name === name && index.keys === own),
  );
  if (lacking.length > 0) {
    return problem(`it lacks ${lacking.map(([name, own]) => `index ${name} (${own})`).join(', ')}`, redo(facts));
  }
  const building = indexes.filter((index) => index.status !== 'ACTIVE');
  if (building.length > 0) {
    const names = building.map((index) => `${index.name} is ${index.status}`).join(', ');
    return warning(`index ${names}`, 'wait until it is ACTIVE, and run it again');
  }
  const names = Object.keys(expected.indexes);
  return ok(`${status}, key ${keys}${names.length > 0 ? `, indexes ${names.join(', ')}` : ''}`);
}

const judgeTimeToLive: JudgeTable = ({ timeToLive }, expected, facts) =>
  judged(facts, timeToLive, (attribute) =>
    attribute === expected.timeToLive
      ? ok(`on ${attribute}`)
      : problem(
          `${attribute ? `on ${attribute}` : 'off'}, not on ${expected.timeToLive}: nothing expires`,
          redo(facts),
        ),
  );

const judgeRecovery: JudgeTable = ({ pointInTimeRecovery }, _, facts) => {
  if (!facts.stage) return notChecked('a local engine has none');
  return judged(facts, pointInTimeRecovery, (isOn) =>
    isOn ? ok('on') : problem('off: what is lost cannot be restored', DEPLOY),
  );
};

const judgeProtection: JudgeTable = ({ deletionProtection }, _, { stage }) => {
  if (!stage) return notChecked('a local engine has none');
  if (deletionProtection) return ok('on');
  return stage.retainsData
    ? problem('off, though the stage retains its data', DEPLOY)
    : ok(`off, as stage ${stage.name} does not retain its data`);
};

const judgeStream: JudgeTable = ({ stream }, expected, facts) =>
  stream === expected.stream
    ? ok(`of ${stream}`)
    : problem(`${stream ?? 'off'}, not ${expected.stream}: no event reaches the bus`, redo(facts));

/** What is checked of each table that is to have it. */
const TABLE_CHECKS: readonly {
  readonly name: string;
  readonly isFor: (expected: ExpectedTable) => boolean;
  readonly judge: JudgeTable;
}[] = [
  { name: 'table', isFor: () => true, judge: judgeKeys },
  { name: 'expiry (TTL)', isFor: ({ timeToLive }) => timeToLive !== undefined, judge: judgeTimeToLive },
  { name: 'recovery (PITR)', isFor: () => true, judge: judgeRecovery },
  { name: 'deletion protection', isFor: () => true, judge: judgeProtection },
  { name: 'stream', isFor: ({ stream }) => stream !== undefined, judge: judgeStream },
];

const tableChecks = EXPECTED_TABLES.flatMap((expected) =>
  TABLE_CHECKS.filter(({ isFor }) => isFor(expected)).map(
    ({ name, judge }, index): Check => ({
      name: `${expected.name}: ${name}`,
      judge: (facts) => {
        const fact: Fact<TableFacts | undefined> = facts.tables[expected.name] ?? { kind: 'seen', value: undefined };
        return judged(facts, fact, (table) => {
          if (table) return judge(table, expected, facts);
          return index === 0 ? problem('it is not there', redo(facts)) : notChecked('the table is not there');
        });
      },
    }),
  ),
);

const MOST_AHEAD_MS = 1_000;

function judgeClock(ahead: number): Verdict {
  const seconds = (Math.abs(ahead) / 1_000).toFixed(1);
  if (Math.abs(ahead) <= MOST_AHEAD_MS) return ok(`within ${MOST_AHEAD_MS / 1_000} s of DynamoDB's`);
  const way = ahead > 0 ? 'ahead of' : 'behind';
  return warning(
    `this machine is ${seconds} s ${way} DynamoDB`,
    'set its clock by NTP: what it changes is dated by it',
  );
}

function judgeAlarms(alarms: readonly { readonly name: string; readonly state: string }[]): Verdict {
  if (alarms.length === 0) return problem('there are none', `${DEPLOY}, of a version that has alarms`);
  const of = (state: string) => alarms.filter((alarm) => alarm.state === state).map(({ name }) => name);
  const [ringing, silent] = [of('ALARM'), of('INSUFFICIENT_DATA')];
  if (ringing.length > 0) return problem(`in alarm: ${ringing.join(', ')}`, 'see docs/runbook.md, by their names');
  if (silent.length > 0) {
    return warning(
      `without data: ${silent.join(', ')}`,
      'normal until the first calls; else see that the metric exists',
    );
  }
  return ok(`${alarms.length}, all OK`);
}

function judgeQueues(queues: readonly { readonly name: string; readonly messages: number }[]): Verdict {
  const missing = EXPECTED_QUEUES.filter((name) => !queues.some((queue) => queue.name === name));
  if (missing.length > 0) return problem(`not there: ${missing.join(', ')}`, DEPLOY);
  const waiting = queues.filter(({ messages }) => messages > 0);
  if (waiting.length === 0) return ok(`${queues.length}, all empty`);
  return problem(
    waiting.map(({ name, messages }) => `${name} holds ${messages}`).join(', '),
    'find the cause in the logs of the function, then send the messages to it again; they are kept 14 days',
  );
}

function judgeFunctions(functions: readonly FunctionFacts[]): Verdict {
  const missing = EXPECTED_FUNCTIONS.filter((name) => !functions.some((one) => one.name === name));
  if (missing.length > 0) return problem(`not there: ${missing.join(', ')}`, DEPLOY);
  const ill = functions.filter(({ state, lastUpdate }) => state === 'Failed' || lastUpdate === 'Failed');
  if (ill.length > 0) return problem(`failed: ${ill.map(({ name }) => name).join(', ')}`, 'deploy again');
  const busy = functions.filter(({ state, lastUpdate }) => state === 'Pending' || lastUpdate === 'InProgress');
  if (busy.length > 0) {
    return warning(`being updated: ${busy.map(({ name }) => name).join(', ')}`, 'wait, and run it again');
  }
  const old = functions.filter(({ runtime }) => runtime !== EXPECTED_RUNTIME);
  if (old.length > 0) {
    return warning(
      `not on ${EXPECTED_RUNTIME}: ${old.map(({ name, runtime }) => `${name} (${runtime})`).join(', ')}`,
      DEPLOY,
    );
  }
  return ok(`${functions.length} on ${EXPECTED_RUNTIME}, all up to date`);
}

function judgeVersions(functions: readonly FunctionFacts[], version: string): Verdict {
  const found = [...new Set(functions.map(({ description }) => versionIn(description) ?? 'unknown'))].sort();
  if (found.length === 0) return notChecked('no function is there');
  if (found.length > 1) return warning(`several at once: ${found.join(', ')}`, 'a deployment broke off: deploy again');
  if (found[0] === version) return ok(`${version}, as this checkout`);
  return warning(
    `${found[0]} is deployed, and this checkout is ${version}`,
    'check that version out, or deploy this one',
  );
}

/** Everything that is checked, in the order in which it is shown. */
export const CHECKS: readonly Check[] = [
  ...tableChecks,
  { name: 'clock', judge: (facts) => judged(facts, facts.clockAhead, judgeClock) },
  { name: 'alarms', judge: (facts) => judged(facts, facts.alarms, judgeAlarms) },
  { name: 'dead letters', judge: (facts) => judged(facts, facts.deadLetters, judgeQueues) },
  { name: 'functions', judge: (facts) => judged(facts, facts.functions, judgeFunctions) },
  {
    name: 'version',
    judge: (facts) => judged(facts, facts.functions, (functions) => judgeVersions(functions, facts.version)),
  },
];
