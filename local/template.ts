import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type References, type Resource, resolve } from './intrinsics.ts';
import type {
  Authorizer,
  Cors,
  LocalApi,
  LocalFunction,
  LocalRoute,
  LocalStack,
  LocalTable,
  LocalUserPool,
} from './model.ts';

/** Where the stack pretends to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Issuer of a user pool that the stack makes. */
  readonly issuer: string;
}

/** Properties of a resource, with every reference resolved. */
type Properties = Record<string, unknown>;

interface Resolved {
  readonly id: string;
  readonly properties: Properties;
}

/** The resources of a template, by type. */
type OfType = (type: string) => Resolved[];

/**
 * Reads a cloud assembly and resolves what the local runtime plays of it.
 *
 * @param directory output of `cdk synth`.
 * @throws Error that names what the template holds and the local runtime does not play.
 */
export function readStack(directory: string, place: Place): LocalStack {
  const template = readTemplate(directory);
  const references = referencesTo(template.Resources, place);
  const ofType: OfType = (type) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties = {} }]) => ({ id, properties: resolve(Properties, references) as Properties }));
  return {
    functions: ofType('AWS::Lambda::Function').map((fn) => readFunction(fn, directory)),
    api: readApi(ofType, place),
    tables: ofType('AWS::DynamoDB::Table').map(readTable),
    userPools: ofType('AWS::Cognito::UserPool').map(({ id }) => readUserPool(id, ofType)),
  };
}

function readTemplate(directory: string): { Resources: Record<string, Resource> } {
  const json = (file: string) => JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
  const artifacts = Object.values(json('manifest.json').artifacts) as Record<string, never>[];
  const stacks = artifacts.filter(({ type }) => type === 'aws:cloudformation:stack');
  if (stacks.length !== 1) throw new Error(`expected one stack in the cloud assembly, found ${stacks.length}`);
  return json((stacks[0] as { properties?: { templateFile: string } }).properties?.templateFile ?? '');
}

/** The id of the one API. */
const API_ID = 'local';

/** What `Ref` gives of a resource, where that is not its logical id. */
const REF: Readonly<Record<string, (properties: Properties) => unknown>> = {
  'AWS::DynamoDB::Table': ({ TableName }) => TableName,
  'AWS::Lambda::Function': ({ FunctionName }) => FunctionName,
  'AWS::ApiGatewayV2::Api': () => API_ID,
  'AWS::Logs::LogGroup': ({ LogGroupName }) => LogGroupName,
};

function referencesTo(resources: Record<string, Resource>, { region, accountId, issuer }: Place): References {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local',
  };
  const resourceOf = (id: string): Resource => {
    const resource = resources[id];
    if (!resource) throw new Error(`the template refers to ${id}, which it does not hold`);
    return resource;
  };
  const ref = (name: string): string => {
    if (pseudo[name] !== undefined) return pseudo[name];
    const { Type, Properties = {} } = resourceOf(name);
    return String(REF[Type]?.(Properties) ?? name);
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const attributes: Readonly<Record<string, (id: string) => string>> = {
    'AWS::Lambda::Function.Arn': (id) => arn('lambda', `function:${ref(id)}`),
    'AWS::Logs::LogGroup.Arn': (id) => arn('logs', `log-group:${ref(id)}:*`),
    'AWS::DynamoDB::Table.Arn': (id) => arn('dynamodb', `table/${ref(id)}`),
    'AWS::IAM::Role.Arn': (id) => `arn:aws:iam::${accountId}:role/${id}`,
    'AWS::Cognito::UserPool.ProviderURL': () => issuer,
  };
  return {
    ref,
    attribute: (id, attribute) => {
      const name = `${resourceOf(id).Type}.${attribute}`;
      const read = attributes[name];
      if (!read) throw new Error(`the template reads ${name}; played here are ${Object.keys(attributes).join(', ')}`);
      return read(id);
    },
  };
}

function readFunction({ id, properties }: Resolved, directory: string): LocalFunction {
  const { S3Key } = properties.Code as { S3Key: string };
  const { ApplicationLogLevel } = (properties.LoggingConfig ?? {}) as { ApplicationLogLevel?: string };
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
  return {
    name: (properties.FunctionName as string | undefined) ?? id,
    codeDirectory: path.resolve(directory, `asset.${path.basename(S3Key, '.zip')}`),
    handler: properties.Handler as string,
    environment: { ...Variables, ...(ApplicationLogLevel && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }) },
    timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
    memoryMb: (properties.MemorySize as number | undefined) ?? 128,
  };
}

const one = (resources: Resolved[], type: string): Resolved => {
  const [first, ...more] = resources;
  if (!first || more.length > 0) throw new Error(`expected one ${type} in the template, found ${resources.length}`);
  return first;
};

/** The function that an integration's or an authorizer's URI leads to. */
const functionIn = (uri: unknown): string => {
  const name = /:function:([^/:]+)/.exec(String(uri))?.[1];
  if (!name) throw new Error(`expected the ARN of a function, found ${String(uri)}`);
  return name;
};

function readApi(ofType: OfType, { region, accountId }: Place): LocalApi {
  const { properties: api } = one(ofType('AWS::ApiGatewayV2::Api'), 'AWS::ApiGatewayV2::Api');
  const { properties: stage } = one(ofType('AWS::ApiGatewayV2::Stage'), 'AWS::ApiGatewayV2::Stage');
  const accessLog = stage.AccessLogSettings as { Format: string; DestinationArn: string } | undefined;
  const authorizers = new Map(ofType('AWS::ApiGatewayV2::Authorizer').map((it) => [it.id, readAuthorizer(it)]));
  const integrations = new Map(ofType('AWS::ApiGatewayV2::Integration').map((it) => [it.id, it.properties]));
  return {
    apiId: API_ID,
    accountId,
    region,
    stage: stage.StageName as string,
    routes: ofType('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations, authorizers)),
    ...(api.CorsConfiguration ? { cors: readCors(api.CorsConfiguration as Properties) } : {}),
    ...(accessLog && {
      accessLog: { format: accessLog.Format, logGroup: /:log-group:([^:]+)/.exec(accessLog.DestinationArn)?.[1] ?? '' },
    }),
  };
}

function readRoute(
  { properties }: Resolved,
  integrations: ReadonlyMap<string, Properties>,
  authorizers: ReadonlyMap<string, Authorizer>,
): LocalRoute {
  const routeKey = properties.RouteKey as string;
  const integration = integrations.get(String(properties.Target).replace('integrations/', ''));
  if (integration?.IntegrationType !== 'AWS_PROXY' || integration.PayloadFormatVersion !== '2.0') {
    throw new Error(`route ${routeKey} has no Lambda proxy integration with payload 2.0: nothing else is played here`);
  }
  const authorizer = authorizers.get(properties.AuthorizerId as string);
  if (!authorizer && properties.AuthorizationType !== 'NONE') {
    throw new Error(`route ${routeKey} asks for ${String(properties.AuthorizationType)}, and has no authorizer`);
  }
  return {
    routeKey,
    functionName: functionIn(integration.IntegrationUri),
    ...(authorizer && { authorizer }),
    ...(properties.AuthorizationScopes ? { authorizationScopes: properties.AuthorizationScopes as string[] } : {}),
    timeoutMs: (integration.TimeoutInMillis as number | undefined) ?? 30_000,
  };
}

function readAuthorizer({ properties }: Resolved): Authorizer {
  const identitySource = (properties.IdentitySource ?? []) as string[];
  if (properties.AuthorizerType === 'JWT') {
    const { Issuer, Audience } = properties.JwtConfiguration as { Issuer: string; Audience: string[] };
    return { type: 'jwt', issuer: Issuer, audience: Audience, identitySource };
  }
  return {
    type: 'lambda',
    functionName: functionIn(properties.AuthorizerUri),
    payloadFormatVersion: properties.AuthorizerPayloadFormatVersion as '1.0' | '2.0',
    simpleResponses: properties.EnableSimpleResponses === true,
    identitySource,
    cacheTtlSeconds: properties.AuthorizerResultTtlInSeconds as number,
  };
}

const readCors = (cors: Properties): Cors => ({
  allowOrigins: (cors.AllowOrigins ?? []) as string[],
  allowMethods: (cors.AllowMethods ?? []) as string[],
  allowHeaders: (cors.AllowHeaders ?? []) as string[],
  exposeHeaders: (cors.ExposeHeaders ?? []) as string[],
  allowCredentials: cors.AllowCredentials === true,
  ...(cors.MaxAge !== undefined && { maxAgeSeconds: cors.MaxAge as number }),
});

function readTable({ id, properties }: Resolved): LocalTable {
  const timeToLive = properties.TimeToLiveSpecification as { AttributeName: string; Enabled: boolean } | undefined;
  const stream = properties.StreamSpecification as { StreamViewType: LocalTable['streamViewType'] } | undefined;
  return {
    name: (properties.TableName as string | undefined) ?? id,
    keySchema: properties.KeySchema as LocalTable['keySchema'],
    attributeDefinitions: properties.AttributeDefinitions as LocalTable['attributeDefinitions'],
    globalSecondaryIndexes: (properties.GlobalSecondaryIndexes ?? []) as LocalTable['globalSecondaryIndexes'],
    ...(timeToLive?.Enabled && { timeToLiveAttribute: timeToLive.AttributeName }),
    ...(stream?.StreamViewType && { streamViewType: stream.StreamViewType }),
  };
}

const readUserPool = (logicalId: string, ofType: OfType): LocalUserPool => ({
  logicalId,
  clients: ofType('AWS::Cognito::UserPoolClient')
    .filter(({ properties }) => properties.UserPoolId === logicalId)
    .map(({ id, properties }) => ({ clientId: id, callbackUrls: (properties.CallbackURLs ?? []) as string[] })),
});
