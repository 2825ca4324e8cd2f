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

/** One `AWS::Cognito::UserPool`, with its clients, played by the local OpenID provider. */
export interface LocalUserPool {
  readonly logicalId: string;
  readonly clients: readonly { readonly clientId: string; readonly callbackUrls: readonly string[] }[];
}

/** One file of the dashboard, as it is in the bucket. */
export interface SiteFile {
  /** From the root, such as `/assets/index.js`. */
  readonly path: string;
  readonly content: Buffer;
  readonly cacheControl: string;
}

/** The dashboard, as CloudFront serves it. */
export interface LocalSite {
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly headers: Readonly<Record<string, string>>;
  /** Which file a path is answered with. */
  readonly rewrite: (path: string) => string;
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
  /** Absent where the assembly has no dashboard. */
  readonly site: LocalSite | undefined;
}
