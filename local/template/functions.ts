import path from 'node:path';
import type { AsyncInvoke, LocalFunction, LocalPipe, LocalRule, LocalSchedule, LocalSubscription } from '../model.ts';
import type { OfType, Properties, Resolved } from './references.ts';

/** The function that an ARN, or a URI with one in it, leads to. */
export const functionIn = (uri: unknown): string => {
  const name = /:function:([^/:]+)/.exec(String(uri))?.[1];
  if (!name) throw new Error(`expected the ARN of a function, found ${String(uri)}`);
  return name;
};

/** Lambda's own, where nothing is configured. */
const ASYNC_DEFAULTS: AsyncInvoke = { retries: 2, maxAgeSeconds: 6 * 3_600 };

/** Reads every function with the code it runs, and how it is invoked asynchronously. */
export function readFunctions(ofType: OfType, directory: string): LocalFunction[] {
  const asyncInvokes = new Map(ofType('AWS::Lambda::EventInvokeConfig').map((it) => readAsyncInvoke(it)));
  return ofType('AWS::Lambda::Function').map((resource) => {
    const fn = readFunction(resource, directory);
    return { ...fn, asyncInvoke: asyncInvokes.get(fn.name) ?? ASYNC_DEFAULTS };
  });
}

function readFunction({ id, properties }: Resolved, directory: string): Omit<LocalFunction, 'asyncInvoke'> {
  const { S3Key } = properties.Code as { S3Key: string };
  const { ApplicationLogLevel, LogGroup } = (properties.LoggingConfig ?? {}) as Partial<Record<string, string>>;
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
  const name = (properties.FunctionName as string | undefined) ?? id;
  return {
    name,
    logGroup: LogGroup ?? `/aws/lambda/${name}`,
    codeDirectory: path.resolve(directory, `asset.${path.basename(S3Key, '.zip')}`),
    handler: properties.Handler as string,
    environment: { ...Variables, ...(ApplicationLogLevel && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }) },
    timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
    memoryMb: (properties.MemorySize as number | undefined) ?? 128,
  };
}

function readAsyncInvoke({ properties }: Resolved): [string, AsyncInvoke] {
  const { OnFailure } = (properties.DestinationConfig ?? {}) as { OnFailure?: { Destination: string } };
  return [
    properties.FunctionName as string,
    {
      retries: (properties.MaximumRetryAttempts as number | undefined) ?? ASYNC_DEFAULTS.retries,
      maxAgeSeconds: (properties.MaximumEventAgeInSeconds as number | undefined) ?? ASYNC_DEFAULTS.maxAgeSeconds,
      ...(OnFailure && { deadLetters: OnFailure.Destination.split(':').at(-1) ?? '' }),
    },
  ];
}

/** Reads which logs are delivered to which function. */
export const readSubscriptions = (ofType: OfType): LocalSubscription[] =>
  ofType('AWS::Logs::SubscriptionFilter').map(({ id, properties }) => ({
    name: id,
    logGroup: properties.LogGroupName as string,
    pattern: properties.FilterPattern as string,
    functionName: functionIn((properties as Properties).DestinationArn),
  }));

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads which functions run by the clock.
 *
 * @throws Error that names a schedule which is no rate.
 */
export const readSchedules = (ofType: OfType): LocalSchedule[] =>
  ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression !== undefined)
    .flatMap(({ id, properties }) => {
      const [, count, unit = ''] =
        /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(properties.ScheduleExpression)) ?? [];
      const everyMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
      if (!(everyMs > 0)) throw new Error(`expected a rate, found ${String(properties.ScheduleExpression)} at ${id}`);
      const targets = (properties.Targets ?? []) as { Arn: unknown }[];
      return targets.map(({ Arn }) => ({ name: id, everyMs, functionName: functionIn(Arn) }));
    });

/** Reads which functions hear of which events of the bus; targets that are no function are not played. */
export const readRules = (ofType: OfType): LocalRule[] =>
  ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.EventPattern !== undefined)
    .flatMap(({ properties }) => {
      const arns = ((properties.Targets ?? []) as { Arn: unknown }[]).map(({ Arn }) => String(Arn));
      const functions = arns.filter((arn) => arn.includes(':function:')).map(functionIn);
      return functions.map((functionName) => ({ pattern: properties.EventPattern, functionName }));
    });

/** EventBridge makes no pipe to a bus with larger batches, nor one without a size, which is 100. */
const MOST_TO_A_BUS = 10;

/**
 * Reads what is brought from a table's stream to an event bus.
 *
 * @throws Error that names a pipe whose batches are larger than a bus takes.
 */
export const readPipes = (ofType: OfType): LocalPipe[] =>
  ofType('AWS::Pipes::Pipe').map(({ id, properties }) => {
    const { FilterCriteria, DynamoDBStreamParameters } = properties.SourceParameters as {
      FilterCriteria?: { Filters: { Pattern: string }[] };
      DynamoDBStreamParameters: {
        BatchSize?: number;
        MaximumRetryAttempts?: number;
        OnPartialBatchItemFailure?: string;
        DeadLetterConfig?: { Arn: string };
      };
    };
    const { BatchSize = 100, MaximumRetryAttempts = -1, DeadLetterConfig } = DynamoDBStreamParameters;
    if (BatchSize > MOST_TO_A_BUS)
      throw new Error(`pipe ${id} to an event bus has batches of ${BatchSize}; at most ${MOST_TO_A_BUS} are allowed`);
    const { EventBridgeEventBusParameters } = properties.TargetParameters as {
      EventBridgeEventBusParameters: { Source: string };
    };
    return {
      tableName: /:table\/([^/]+)\/stream/.exec(String(properties.Source))?.[1] ?? '',
      patterns: (FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern)),
      batchSize: BatchSize,
      retries: MaximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : MaximumRetryAttempts,
      isBisected: DynamoDBStreamParameters.OnPartialBatchItemFailure === 'AUTOMATIC_BISECT',
      ...(DeadLetterConfig && { deadLetters: DeadLetterConfig.Arn.split(':').at(-1) ?? '' }),
      enrichment: functionIn(properties.Enrichment),
      source: EventBridgeEventBusParameters.Source,
    };
  });
