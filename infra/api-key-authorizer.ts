import { HttpMethod, HttpRoute, HttpRouteKey, type IHttpApiRef } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** The caller's key travels in this header. */
export const API_KEY_SOURCE = '$request.header.X-API-Key';

/** Which API asks which authorizer. */
export interface ApiKeyAuthorizerProps {
  /** The HTTP API whose routes are to be protected: of this stack, of another, or imported. */
  readonly api: IHttpApiRef;
  /**
   * The service's `authorize` function. In another stack it is had by `Function.fromFunctionAttributes` with
   * `sameEnvironment: true`.
   */
  readonly authorize: IFunction;
}

/**
 * Lets holders of API keys, and only them, through to routes of an HTTP API.
 *
 * A verdict is never cached: a cached yes would skip limits and metering, and outlive a revoked key.
 */
export class ApiKeyAuthorizer extends Construct {
  readonly authorizer: HttpLambdaAuthorizer;
  private readonly api: IHttpApiRef;

  constructor(scope: Construct, id: string, { api, authorize }: ApiKeyAuthorizerProps) {
    super(scope, id);
    this.api = api;
    this.authorizer = new HttpLambdaAuthorizer('ApiKey', authorize, {
      identitySource: [API_KEY_SOURCE],
      resultsCacheTtl: Duration.seconds(0),
      responseTypes: [HttpLambdaResponseType.SIMPLE],
    });
  }

  /**
   * Protects one route.
   *
   * @param route `METHOD /path/{parameter}`, such as `GET /api/orders/{id}`; `ANY` stands for every method.
   * @param handler The function that answers it. It finds `keyId` and `email` in `requestContext.authorizer.lambda`.
   * @throws Error if the route is not of that form.
   */
  protect(route: string, handler: IFunction): HttpRoute {
    return new HttpRoute(this, route, {
      httpApi: this.api,
      routeKey: parseRoute(route),
      integration: new HttpLambdaIntegration('Function', handler),
      authorizer: this.authorizer,
    });
  }
}

const METHODS: Readonly<Record<string, HttpMethod>> = HttpMethod;

/** Reads a route as the HTTP API writes it: `METHOD /path`. */
export function parseRoute(route: string): HttpRouteKey {
  const [, name = '', path = ''] = /^([A-Z]+) (\/\S*)$/.exec(route) ?? [];
  const method = METHODS[name];
  if (method) return HttpRouteKey.with(path, method);
  throw new Error(
    `route ${JSON.stringify(route)} must be "METHOD /path" with one of ${Object.keys(METHODS).join(', ')}`,
  );
}
