import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * All that the SDK would otherwise look for in the files of a developer's home directory, which a Lambda function has
 * not: to look costs its first request two file reads and their modules.
 */
const FROM_NO_FILE = {
  defaultsMode: 'standard',
  accountIdEndpointMode: 'disabled',
  authSchemePreference: [],
  endpointDiscoveryEnabled: false,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: '',
} satisfies DynamoDBClientConfig;

const nothing = (): void => {};

/** The SDK's own silent logger is given a filtered copy of every request and answer, which costs as much as reading them. */
const SILENT = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as unknown as NonNullable<
  DynamoDBClientConfig['logger']
>;

/** How long a request may take, in milliseconds, and how often it is made. */
interface Patience {
  readonly connect: number;
  readonly answer: number;
  readonly attempts: number;
}

/** A caller of the authorizer hears of an engine that is down before the gateway gives up. */
const CALLER: Patience = { connect: 300, answer: 1_000, attempts: 2 };

/** An operator's command reads whole tables, and waits for an engine that is busy. */
export const OPERATOR: Patience = { connect: 2_000, answer: 30_000, attempts: 5 };

/** An answer that stops half-way is one that does not come; and without the switch the SDK only warns. */
const timeouts = ({ connect, answer }: Patience) => ({
  connectionTimeout: connect,
  requestTimeout: answer,
  throwOnRequestTimeout: true,
  socketTimeout: answer,
});

/**
 * A client for items as plain JavaScript values, of the region in `AWS_REGION`. `AWS_ENDPOINT_URL_DYNAMODB`, the SDK's
 * standard variable, points it at another engine. Make it once per container, outside of the handler: it keeps its
 * connections.
 *
 * @param patience how long it waits. @default - two attempts of 300 ms to connect and 1 s to answer
 */
export function documentClient(
  env: NodeJS.ProcessEnv = process.env,
  patience: Patience = CALLER,
): DynamoDBDocumentClient {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = env;
  if (!region) throw new Error('missing environment variable AWS_REGION');
  const client = new DynamoDBClient({
    ...FROM_NO_FILE,
    region,
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    retryMode: 'standard',
    maxAttempts: patience.attempts,
    requestHandler: timeouts(patience),
    logger: SILENT,
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
