import { BEHIND_ROWS } from './behind-checks.ts';
import { EXPECTED_FUNCTIONS, EXPECTED_QUEUES, EXPECTED_RUNTIME, versionIn } from './expected.ts';
import type { FunctionFacts } from './facts.ts';
import { TABLE_ROWS } from './table-checks.ts';
import { type Check, DEPLOY, judged, notChecked, ok, problem, type Verdict, warning } from './verdict.ts';

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
  ...TABLE_ROWS,
  { name: 'clock', judge: (facts) => judged(facts, facts.clockAhead, judgeClock) },
  { name: 'alarms', judge: (facts) => judged(facts, facts.alarms, judgeAlarms) },
  { name: 'dead letters', judge: (facts) => judged(facts, facts.deadLetters, judgeQueues) },
  ...BEHIND_ROWS,
  { name: 'functions', judge: (facts) => judged(facts, facts.functions, judgeFunctions) },
  {
    name: 'version',
    judge: (facts) => judged(facts, facts.functions, (functions) => judgeVersions(functions, facts.version)),
  },
];
