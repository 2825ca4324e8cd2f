/**
 * What the local runtime plays: the parts of a synthesized CloudFormation template, with every reference resolved.
 * `template.ts` makes it; the gateway, the function containers, the tables and the identity provider read it.
 */

/** One `AWS::Lambda::Function`. */
export interface LocalFunction {
  readonly name: string;
  /** Directory of the unzipped code asset. */
  readonly codeDirectory: string;
  /** `file.export`, such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly asyncInvoke: AsyncInvoke;
}

/** One `AWS::Lambda::EventInvokeConfig`. */
export interface AsyncInvoke {
  readonly retries: number;
  readonly maxAgeSeconds: number;
  /** The queue that takes events which failed for good. */
  readonly deadLetters?: string;
}

/** One `AWS::Logs::SubscriptionFilter` whose destination is a function. */
export interface LocalSubscription {
  readonly name: string;
  readonly logGroup: string;
  readonly pattern: string;
  readonly functionName: string;
}

/** One target of an `AWS::Events::Rule` with a schedule. */
export interface LocalSchedule {
  readonly name: string;
  readonly everyMs: number;
  readonly functionName: string;
}

/** One target of an `AWS::Events::Rule` with a pattern. */
export interface LocalRule {
  readonly pattern: unknown;
  readonly functionName: string;
}

/** One `AWS::Pipes::Pipe` from a table's stream, by way of a function, to an event bus. */
export interface LocalPipe {
  readonly tableName: string;
  /** Event patterns of which a record must match one. */
  readonly patterns: readonly unknown[];
  /** So many records at most are handed to the function at once. */
  readonly batchSize: number;
  /** How often records that fail are tried again; without end where the template does not say. */
  readonly retries: number;
  /** Whether a batch that fails is halved. */
  readonly isBisected: boolean;
  /** The queue that takes records which failed for good. */
  readonly deadLetters?: string;
  /** The function that makes events of records. */
  readonly enrichment: string;
  readonly source: string;
}

/** One `AWS::ApiGatewayV2::Authorizer` of type JWT. */
export interface JwtAuthorizer {
  readonly type: 'jwt';
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly identitySource: readonly string[];
}

/** One `AWS::ApiGatewayV2::Authorizer` of type REQUEST. */
export interface LambdaAuthorizer {
  readonly type: 'lambda';
  readonly functionName: string;
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly simpleResponses: boolean;
  readonly identitySource: readonly string[];
  /** Seconds a verdict is cached by the values of the identity sources; 0 never caches. */
  readonly cacheTtlSeconds: number;
}

export type Authorizer = JwtAuthorizer | LambdaAuthorizer;

/** One `AWS::ApiGatewayV2::Route` with its Lambda proxy integration (payload 2.0). */
export interface LocalRoute {
  /** `METHOD /path/{param}`, `ANY /path/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly authorizer?: Authorizer;
  /** Scopes of which a JWT must carry at least one. */
  readonly authorizationScopes?: readonly string[];
  /** Integration time-out in milliseconds, 30,000 at most. */
  readonly timeoutMs: number;
}

/** `CorsConfiguration` of the API. */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

/** One `AWS::ApiGatewayV2::Api` with its `$default` stage. */
export interface LocalApi {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
  readonly routes: readonly LocalRoute[];
  readonly cors?: Cors;
  /** Access log: a format with `$context.` variables, and the log group it goes to. */
  readonly accessLog?: { readonly format: string; readonly logGroup: string };
}

/** One DynamoDB table, in the words of `CreateTable`. */
export interface LocalTable {
  readonly name: string;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly attributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly globalSecondaryIndexes: readonly Record<string, unknown>[];
  readonly timeToLiveAttribute?: string;
  readonly streamViewType?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
}

/** One `AWS::CloudFront::Distribution` before a bucket and the API. */
export interface LocalSite {
  /** Patterns of paths that go to the API. */
  readonly apiPaths: readonly string[];
  /** The file at `/`. */
  readonly rootObject: string;
  /** Headers of every answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Code of the CloudFront function that requests for files pass. */
  readonly viewerRequest: string | undefined;
  /** What is put into the bucket, one archive after the other. */
  readonly content: readonly SiteContent[];
}

/** One source of a `Custom::CDKBucketDeployment`. */
export interface SiteContent {
  /** Directory of the unzipped asset. */
  readonly directory: string;
  /** What stands in its files for values of the deployment, with these values, in order. */
  readonly replacements: readonly (readonly [string, string])[];
  /** Filters of `aws s3 sync`: what is excluded, and of that what is included nevertheless. */
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly cacheControl: string | undefined;
}

/** One `AWS::Cognito::UserPool`, with its clients, played by the local OpenID provider. */
export interface LocalUserPool {
  readonly logicalId: string;
  readonly clients: readonly LocalUserPoolClient[];
}

/** One `AWS::Cognito::UserPoolClient`. */
export interface LocalUserPoolClient {
  readonly clientId: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
}

/** The whole of one stack. */
export interface LocalStack {
  readonly functions: readonly LocalFunction[];
  readonly subscriptions: readonly LocalSubscription[];
  readonly schedules: readonly LocalSchedule[];
  readonly rules: readonly LocalRule[];
  readonly pipes: readonly LocalPipe[];
  readonly api: LocalApi;
  readonly tables: readonly LocalTable[];
  readonly userPools: readonly LocalUserPool[];
  /** The dashboard, if there is one. */
  readonly site: LocalSite | undefined;
}
