import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StubbedFunction {
  readonly FunctionName: string;
  readonly Runtime?: string;
  readonly State?: string;
  readonly LastUpdateStatus?: string;
  readonly Description?: string;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

/** What the played account has. */
export interface Account {
  readonly arn: string;
  readonly alarms: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<string, number>>;
  readonly functions: readonly StubbedFunction[];
  /** By its name; no name is none. */
  readonly pipes: Readonly<Record<string, { readonly CurrentState: string; readonly Source?: string }>>;
  /** The rules of each bus, which are all enabled with one target unless it is said. */
  readonly buses: Readonly<
    Record<string, Readonly<Record<string, { readonly State?: string; readonly targets?: number }>>>
  >;
  /** The function that gets the lines of each log group, and the log groups that may invoke it. */
  readonly logGroups: Readonly<Record<string, string>>;
  readonly mayInvoke: readonly string[];
  /** Operations that the credentials do not allow. */
  readonly denied?: readonly string[];
}

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

const json = (value: unknown): Answer => ({ type: 'application/x-amz-json-1.0', body: JSON.stringify(value) });

const FUNCTIONS = '/2015-03-31/functions';
/** A page of the list of functions, so that it takes several. */
const PAGE = 2;

function listFunctions({ functions }: Account, url: URL): Answer {
  const start = Number(url.searchParams.get('Marker') ?? 0);
  const page = functions.slice(start, start + PAGE).map(({ FunctionName, Runtime }) => ({ FunctionName, Runtime }));
  const next = start + PAGE < functions.length ? String(start + PAGE) : null;
  return json({ Functions: page, NextMarker: next });
}

/** Each operation as the service answers it on the wire: JSON 1.0, REST with JSON, or the query protocol's XML. */
const OPERATIONS: Readonly<Record<string, (account: Account, body: string, url: URL) => Answer>> = {
  'GraniteServiceVersion20100801.DescribeAlarms': ({ alarms }, body) => {
    const { AlarmNamePrefix = '' } = JSON.parse(body) as { AlarmNamePrefix?: string };
    const MetricAlarms = Object.entries(alarms)
      .filter(([name]) => name.startsWith(AlarmNamePrefix))
      .map(([AlarmName, StateValue]) => ({ AlarmName, StateValue, StateUpdatedTimestamp: 1_795_000_000.5 }));
    return json({ MetricAlarms, CompositeAlarms: [] });
  },
  'AmazonSQS.ListQueues': ({ queues }, body, { origin }) => {
    const { QueueNamePrefix = '' } = JSON.parse(body) as { QueueNamePrefix?: string };
    const names = Object.keys(queues).filter((name) => name.startsWith(QueueNamePrefix));
    return json({ QueueUrls: names.map((name) => `${origin}/123456789012/${name}`) });
  },
  'AmazonSQS.GetQueueAttributes': ({ queues }, body) => {
    const { QueueUrl } = JSON.parse(body) as { QueueUrl: string };
    const count = queues[QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)] ?? 0;
    const Attributes = { ApproximateNumberOfMessages: String(count), ApproximateNumberOfMessagesNotVisible: '0' };
    return json({ Attributes });
  },
  DescribePipe: ({ pipes }, _, { pathname }) => {
    const name = pathname.split('/').at(-1) ?? '';
    const found = pipes[name];
    return found
      ? json({ Name: name, DesiredState: 'RUNNING', ...found })
      : refusal(404, 'NotFoundException', `Pipe ${name} does not exist.`);
  },
  'AWSEvents.ListRules': ({ buses }, body) => {
    const { EventBusName, NamePrefix, NextToken = '0' } = JSON.parse(body) as Record<string, string>;
    const rules = buses[EventBusName ?? ''];
    if (!rules) return refusal(400, 'ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
    const all = Object.entries(rules).filter(([name]) => name.startsWith(NamePrefix ?? ''));
    // A rule a page, so that it takes several.
    const Rules = all.slice(Number(NextToken), Number(NextToken) + 1);
    const next = Number(NextToken) + 1;
    return json({
      Rules: Rules.map(([Name, { State = 'ENABLED' }]) => ({ Name, State, EventBusName })),
      ...(next < all.length && { NextToken: String(next) }),
    });
  },
  'AWSEvents.ListTargetsByRule': ({ buses }, body) => {
    const { EventBusName = '', Rule = '' } = JSON.parse(body) as Record<string, string>;
    const { targets = 1 } = buses[EventBusName]?.[Rule] ?? {};
    return json({ Targets: Array.from({ length: targets }, (_, index) => ({ Id: `Target${index}`, Arn: 'arn' })) });
  },
  'Logs_20140328.DescribeSubscriptionFilters': ({ logGroups }, body) => {
    const { logGroupName = '' } = JSON.parse(body) as Record<string, string>;
    const to = logGroups[logGroupName];
    if (to === undefined) return refusal(400, 'ResourceNotFoundException', 'The specified log group does not exist.');
    const destinationArn = `arn:aws:lambda:us-east-1:123456789012:function:${to}`;
    return json({ subscriptionFilters: to ? [{ filterName: 'f', logGroupName, destinationArn }] : [] });
  },
  GetPolicy: ({ mayInvoke }) => {
    if (mayInvoke.length === 0)
      return refusal(404, 'ResourceNotFoundException', 'The resource you requested does not exist.');
    const Statement = mayInvoke.map((group) => ({
      Effect: 'Allow',
      Principal: { Service: 'logs.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Condition: { ArnLike: { 'AWS:SourceArn': `arn:aws:logs:us-east-1:123456789012:log-group:${group}:*` } },
    }));
    return json({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  },
  ListFunctions: (account, _, url) => listFunctions(account, url),
  GetFunctionConfiguration: ({ functions }, _, { pathname }) => {
    const name = pathname.split('/').at(-2);
    const found = functions.find(({ FunctionName }) => FunctionName === name);
    return found ? json(found) : refusal(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  },
  GetCallerIdentity: ({ arn }) => ({
    type: 'text/xml',
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  }),
};

const refusal = (status: number, type: string, message: string): Answer => ({
  ...json({ __type: type, Message: message, message }),
  status,
  headers: { 'x-amzn-errortype': type },
});

function operationOf({ headers, url = '' }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target;
  if (url.startsWith('/v1/pipes/')) return 'DescribePipe';
  if (url.endsWith('/policy')) return 'GetPolicy';
  if (url.startsWith(FUNCTIONS)) return url.includes('/configuration') ? 'GetFunctionConfiguration' : 'ListFunctions';
  return new URLSearchParams(body).get('Action') ?? url;
}

export interface AwsStub {
  readonly url: string;
  /** What the account has, to be changed by tests. */
  account: Account;
  close(): Promise<void>;
}

/** Plays what the CLI asks of CloudWatch and its logs, SQS, Lambda, EventBridge and its pipes, and STS. */
export async function startAwsStub(account: Account): Promise<AwsStub> {
  const stub = { account };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = operationOf(request, body);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const isDenied = stub.account.denied?.some((name) => operation.endsWith(name));
    const answer = isDenied
      ? refusal(403, 'AccessDeniedException', `not allowed to perform ${operation}`)
      : (OPERATIONS[operation]?.(stub.account, body, url) ?? refusal(400, 'UnknownOperationException', operation));
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type, ...answer.headers }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
