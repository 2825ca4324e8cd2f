import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { PREFIX } from './expected.ts';
import { type AlarmFacts, type Facts, type FunctionFacts, look, type QueueFacts } from './facts.ts';

async function alarmsOf(client: CloudWatchClient): Promise<AlarmFacts[]> {
  const alarms: AlarmFacts[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: PREFIX, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  )) {
    for (const { AlarmName = '', StateValue = '' } of [...MetricAlarms, ...CompositeAlarms]) {
      alarms.push({ name: AlarmName, state: StateValue });
    }
  }
  return alarms;
}

async function queuesOf(client: SQSClient): Promise<QueueFacts[]> {
  const queues: QueueFacts[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, { QueueNamePrefix: PREFIX, MaxResults: 100 })) {
    for (const QueueUrl of QueueUrls.filter((url) => url.endsWith('-dead-letters'))) {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      const messages = AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
      queues.push({ name: QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1), messages });
    }
  }
  return queues;
}

async function functionsOf(client: LambdaClient): Promise<FunctionFacts[]> {
  const names: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    names.push(
      ...Functions.flatMap(({ FunctionName = '' }) => (FunctionName.startsWith(`${PREFIX}-`) ? FunctionName : [])),
    );
  }
  const functions: FunctionFacts[] = [];
  // One after the other: a list does not tell the state, and an account may ask so many times a second only.
  for (const FunctionName of names) {
    const told = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    functions.push({
      name: FunctionName,
      runtime: told.Runtime ?? 'unknown',
      state: told.State ?? 'unknown',
      lastUpdate: told.LastUpdateStatus ?? 'unknown',
      description: told.Description ?? '',
    });
  }
  return functions;
}

/** Looks at what runs on AWS beside the tables, by the credentials of this terminal. */
export async function lookAtAws(region: string): Promise<Pick<Facts, 'alarms' | 'deadLetters' | 'functions'>> {
  const cloudWatch = new CloudWatchClient({ region });
  const queues = new SQSClient({ region });
  const lambda = new LambdaClient({ region });
  try {
    const [alarms, deadLetters, functions] = await Promise.all([
      look(() => alarmsOf(cloudWatch)),
      look(() => queuesOf(queues)),
      look(() => functionsOf(lambda)),
    ]);
    return { alarms, deadLetters, functions };
  } finally {
    for (const client of [cloudWatch, queues, lambda]) client.destroy();
  }
}
