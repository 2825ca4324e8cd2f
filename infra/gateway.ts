import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV } from '../lib/env.ts';
import { ACCESS_LOG_FORMAT } from './access-log.ts';
import { ApiKeyAuthorizer, parseRoute } from './api-key-authorizer.ts';
import type { Identity } from './identity.ts';
import type { KeyCheck, RouteTerms } from './key-check.ts';
import { removalOf } from './removal.ts';
import type { Settings } from './settings.ts';

/** What stands behind the gateway's three kinds of route. */
export interface GatewayProps {
  readonly settings: Settings;
  /** Who checks the tokens of signed-in people. */
  readonly identity: Identity;
  /** What checks API keys. */
  readonly keyCheck: KeyCheck;
}

/** The HTTP API with its one stage, its access log and its authorizers. */
export class Gateway extends Construct {
  readonly api: HttpApi;
  /** One line a request. */
  readonly accessLog: LogGroup;
  private readonly identity: Identity;
  private readonly apiKeys: ApiKeyAuthorizer;
  private readonly keyCheck: KeyCheck;

  constructor(scope: Construct, id: string, { settings, identity, keyCheck }: GatewayProps) {
    super(scope, id);
    this.identity = identity;
    this.keyCheck = keyCheck;
    this.api = new HttpApi(this, 'Api', {
      apiName: 'sensei-keys',
      createDefaultStage: false,
      ...(settings.allowedOrigins.length > 0 && { corsPreflight: cors(settings.allowedOrigins) }),
    });
    keyCheck.function.addEnvironment(ENV.apiId, this.api.apiId);
    this.apiKeys = new ApiKeyAuthorizer(this, 'ApiKeys', { api: this.api, authorize: keyCheck.function });

    this.accessLog = new LogGroup(this, 'AccessLog', {
      // This prefix spares the log group an entry in the account's resource policy, whose size is limited.
      logGroupName: '/aws/vendedlogs/sensei-keys/access',
      retention: settings.logRetentionDays,
      removalPolicy: removalOf(settings),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttle.requestsPerSecond, burstLimit: settings.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG_FORMAT),
      },
    });
    new CfnOutput(Stack.of(this), 'ApiUrl', { value: this.api.apiEndpoint });
  }

  /**
   * Lets callers with an API key through to a route: see {@link ApiKeyAuthorizer.protect}.
   *
   * @param terms What the route asks of its callers, and what a call costs.
   */
  protect(route: string, handler: IFunction, terms: RouteTerms = {}): HttpRoute {
    this.keyCheck.declare(route, handler, terms);
    return this.apiKeys.protect(route, handler);
  }

  /** Lets signed-in people through to a route; whose data they may touch is for the handler to judge. */
  signedIn(route: string, handler: IFunction): HttpRoute {
    return this.route(route, handler, this.identity.authorizer);
  }

  /** Lets everybody through to a route. */
  open(route: string, handler: IFunction): HttpRoute {
    const open = this.route(route, handler, new HttpNoneAuthorizer());
    Validations.of(open).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Public by design: it tells nothing about any user, and the stage limits its rate. The webhook of payments checks a signature.',
    });
    return open;
  }

  private route(route: string, handler: IFunction, authorizer: Identity['authorizer'] | HttpNoneAuthorizer): HttpRoute {
    return new HttpRoute(this, route, {
      httpApi: this.api,
      routeKey: parseRoute(route),
      integration: new HttpLambdaIntegration('Function', handler),
      authorizer,
    });
  }
}

/** What a page of an allowed origin may send, and what it may read of the answer. */
const cors = (allowOrigins: string[]): CorsPreflightOptions => ({
  allowOrigins,
  allowMethods: [
    CorsHttpMethod.GET,
    CorsHttpMethod.POST,
    CorsHttpMethod.PUT,
    CorsHttpMethod.PATCH,
    CorsHttpMethod.DELETE,
  ],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-api-key'],
  exposeHeaders: [
    'etag',
    'retry-after',
    'ratelimit',
    'ratelimit-policy',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'deprecation',
    'sunset',
    'www-authenticate',
    'apigw-requestid',
  ],
  maxAge: Duration.hours(1),
});
