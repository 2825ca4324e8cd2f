import { EXPECTED_PIPE, EXPECTED_RULES, RECORDER } from './expected.ts';
import type { BusFacts, Facts, PipeFacts, SubscriptionFacts } from './facts.ts';
import { type Check, DEPLOY, judged, ok, problem, type Verdict, warning } from './verdict.ts';

const EVENTS_TABLE = 'api_events';
/** States through which a pipe passes by itself. */
const PASSING = ['CREATING', 'UPDATING', 'STARTING'];

function judgePipe(pipe: PipeFacts | undefined, { tables }: Facts): Verdict {
  if (!pipe) return problem(`${EXPECTED_PIPE} is not there: no event reaches the bus`, DEPLOY);
  const { state, reason, source } = pipe;
  if (PASSING.includes(state)) return warning(`${EXPECTED_PIPE} is ${state}`, 'wait, and run it again');
  if (state !== 'RUNNING') {
    return problem(
      `${EXPECTED_PIPE} is ${state}${reason && ` (${reason})`}: no event reaches the bus`,
      `within 24 hours: aws pipes start-pipe --name ${EXPECTED_PIPE}; see docs/runbook.md#pipe-failures`,
    );
  }
  const table = tables[EVENTS_TABLE];
  const stream = table?.kind === 'seen' ? table.value?.streamArn : undefined;
  if (stream !== undefined && source !== stream) {
    return problem(
      `${EXPECTED_PIPE} reads ${source}, and the stream of ${EVENTS_TABLE} is ${stream}: no event reaches the bus`,
      'the table was made anew: make the pipe anew, see docs/runbook.md#pipe-failures',
    );
  }
  return ok(`${EXPECTED_PIPE} is ${state}`);
}

function judgeRules({ isThere, rules }: BusFacts): Verdict {
  if (!isThere) return problem('the event bus is not there', DEPLOY);
  const missing = EXPECTED_RULES.filter((name) => !rules.some((rule) => rule.name === name));
  if (missing.length > 0) return problem(`not there: ${missing.join(', ')}`, DEPLOY);
  const off = rules.filter(({ state }) => state === 'DISABLED');
  if (off.length > 0) {
    const commands = off.map(({ name, bus }) => `aws events enable-rule --name ${name} --event-bus-name ${bus}`);
    return problem(
      `disabled: ${off.map(({ name }) => name).join(', ')}`,
      `${commands.join('; ')}; see docs/runbook.md#notices-stopped`,
    );
  }
  const idle = rules.filter(({ targets }) => targets === 0);
  if (idle.length > 0) return problem(`without a target: ${idle.map(({ name }) => name).join(', ')}`, DEPLOY);
  return ok(`${rules.length}, all enabled`);
}

function judgeSubscriptions(subscriptions: readonly SubscriptionFacts[]): Verdict {
  const todo = 'put it back: docs/runbook.md#recorder-stopped';
  const unheard = subscriptions.filter(({ functions }) => !functions.includes(RECORDER));
  if (unheard.length > 0) {
    const groups = unheard.map(({ logGroup }) => logGroup).join(', ');
    return problem(`${RECORDER} does not get the lines of ${groups}: calls are not in the usage`, todo);
  }
  const refused = subscriptions.filter(({ mayInvoke }) => !mayInvoke);
  if (refused.length > 0) {
    const groups = refused.map(({ logGroup }) => logGroup).join(', ');
    return problem(`${RECORDER} may not be invoked for ${groups}: calls are not in the usage`, todo);
  }
  return ok(`of ${subscriptions.length} log groups, to ${RECORDER}`);
}

/** What is checked of all that runs behind the calls, where nobody waits who would hear that it has stopped. */
export const BEHIND_ROWS: readonly Check[] = [
  { name: 'event pipe', judge: (facts) => judged(facts, facts.pipe, (pipe) => judgePipe(pipe, facts)) },
  { name: 'rules', judge: (facts) => judged(facts, facts.bus, judgeRules) },
  { name: 'log subscriptions', judge: (facts) => judged(facts, facts.subscriptions, judgeSubscriptions) },
];
