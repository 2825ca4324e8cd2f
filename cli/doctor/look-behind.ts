import { CloudWatchLogsClient, paginateDescribeSubscriptionFilters } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { EXPECTED_BUS, EXPECTED_PIPE, EXPECTED_SUBSCRIPTIONS, PREFIX, RECORDER } from './expected.ts';
import { type BusFacts, type Facts, look, type PipeFacts, type RuleFacts, type SubscriptionFacts } from './facts.ts';

/** What there is of something, or `undefined` where it is not there. */
async function ifThere<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (['ResourceNotFoundException', 'NotFoundException'].includes((error as Error).name)) return undefined;
    throw error;
  }
}

async function pipeOf(client: PipesClient): Promise<PipeFacts | undefined> {
  const told = await ifThere(client.send(new DescribePipeCommand({ Name: EXPECTED_PIPE })));
  if (!told) return undefined;
  return { state: told.CurrentState ?? 'unknown', reason: told.StateReason ?? '', source: told.Source ?? '' };
}

/** The service's rules on one bus; `undefined` if there is no such bus. */
async function rulesOn(client: EventBridgeClient, bus: string): Promise<RuleFacts[] | undefined> {
  const rules: RuleFacts[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ifThere(
      client.send(
        new ListRulesCommand({ EventBusName: bus, NamePrefix: `${PREFIX}-`, ...(NextToken && { NextToken }) }),
      ),
    );
    if (!page) return undefined;
    for (const { Name = '', State = 'unknown' } of page.Rules ?? []) {
      const listed = await client.send(new ListTargetsByRuleCommand({ EventBusName: bus, Rule: Name }));
      rules.push({ name: Name, bus, state: State, targets: listed.Targets?.length ?? 0 });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return rules;
}

async function busOf(client: EventBridgeClient): Promise<BusFacts> {
  const onDefault = (await rulesOn(client, 'default')) ?? [];
  const onOwn = await rulesOn(client, EXPECTED_BUS);
  return { isThere: onOwn !== undefined, rules: [...onDefault, ...(onOwn ?? [])] };
}

interface Statement {
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}

/** The log groups, by their ARNs, that may invoke the recorder. */
async function allowedGroups(client: LambdaClient): Promise<string[]> {
  const told = await ifThere(client.send(new GetPolicyCommand({ FunctionName: RECORDER })));
  const { Statement: statements } = JSON.parse(told?.Policy ?? '{"Statement":[]}') as { Statement: Statement[] };
  return statements
    .filter(({ Principal }) => Principal?.Service?.startsWith('logs.') === true)
    .flatMap(({ Condition }) => Condition?.ArnLike?.['AWS:SourceArn'] ?? []);
}

async function subscriptionsOf(logs: CloudWatchLogsClient, lambda: LambdaClient): Promise<SubscriptionFacts[]> {
  const allowed = await allowedGroups(lambda);
  return Promise.all(
    EXPECTED_SUBSCRIPTIONS.map(async (logGroup) => {
      const mayInvoke = allowed.some((arn) => arn.includes(`:log-group:${logGroup}:`));
      return { logGroup, mayInvoke, functions: await followersOf(logs, logGroup) };
    }),
  );
}

/** The names of the functions that get the lines of a log group. */
async function followersOf(client: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const pages = paginateDescribeSubscriptionFilters({ client }, { logGroupName });
  const names: string[] = [];
  const read = async () => {
    for await (const { subscriptionFilters = [] } of pages) {
      names.push(...subscriptionFilters.map(({ destinationArn = '' }) => destinationArn.split(':').at(-1) ?? ''));
    }
  };
  await ifThere(read());
  return names;
}

/** Looks at what runs behind the calls, and would stop without a caller who hears of it. */
export async function lookBehind(region: string): Promise<Pick<Facts, 'pipe' | 'bus' | 'subscriptions'>> {
  const pipes = new PipesClient({ region });
  const events = new EventBridgeClient({ region });
  const logs = new CloudWatchLogsClient({ region });
  const lambda = new LambdaClient({ region });
  try {
    const [pipe, bus, subscriptions] = await Promise.all([
      look(() => pipeOf(pipes)),
      look(() => busOf(events)),
      look(() => subscriptionsOf(logs, lambda)),
    ]);
    return { pipe, bus, subscriptions };
  } finally {
    for (const client of [pipes, events, logs, lambda]) client.destroy();
  }
}
