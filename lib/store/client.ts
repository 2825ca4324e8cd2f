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

/** How long a client waits, in milliseconds, and how often it asks. */
export interface Patience {
  readonly connectMs: number;
  readonly answerMs: number;
  readonly attempts: number;
}

/** That of a caller of the authorizer, who hears of an engine that is down before the gateway gives up. */
const IMPATIENT: Patience = { connectMs: 300, answerMs: 1_000, attempts: 2 };

/** That of a person at a terminal, who may be far from the region. */
export const PATIENT: Patience = { connectMs: 3_000, answerMs: 15_000, attempts: 4 };

/**
 * A client for items as plain JavaScript values, of the region in `AWS_REGION`. `AWS_ENDPOINT_URL_DYNAMODB`, the SDK's
 * standard variable, points it at another engine. Make it once per container, outside of the handler: it keeps its
 * connections.
 *
 * A request has two attempts of 300 ms to connect and 1 s to answer, unless told otherwise.
 */
export function documentClient(
  env: NodeJS.ProcessEnv = process.env,
  { connectMs, answerMs, attempts }: Patience = IMPATIENT,
): DynamoDBDocumentClient {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = env;
  if (!region) throw new Error('missing environment variable AWS_REGION');
  const client = new DynamoDBClient({
    ...FROM_NO_FILE,
    region,
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    retryMode: 'standard',
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      // An answer that stops half-way is one that does not come; and without the switch the SDK only warns.
      throwOnRequestTimeout: true,
      socketTimeout: answerMs,
    },
    logger: SILENT,
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
