import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { ApiKeyAuthorizer } from '../../infra/api-key-authorizer.ts';
import type { SenseiKeysStack } from '../../infra/stack.ts';
import { makeApp, ofType, referred, type Synthesized, templateOf } from './support/synthesis.ts';

const handlerIn = (stack: Stack) =>
  new LambdaFunction(stack, 'Orders', {
    role: new Role(stack, 'OrdersRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
  });

/** The authorizer that a route asks. */
function authorizerOf(template: Synthesized, routeKey: string) {
  const route = ofType(template, 'AWS::ApiGatewayV2::Route').find(({ Properties }) => Properties.RouteKey === routeKey);
  expect(route?.Properties.AuthorizationType).toBe('CUSTOM');
  return referred(template, route?.Properties.AuthorizerId).Properties;
}

const UNCACHED = {
  AuthorizerResultTtlInSeconds: 0,
  IdentitySource: ['$request.header.X-API-Key'],
  EnableSimpleResponses: true,
};

const AUTHORIZE_ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:sensei-keys-authorize';

describe('protecting a route of one’s own', () => {
  it('takes one call on the service’s gateway', () => {
    const { app, stack } = makeApp();
    const { gateway } = stack as SenseiKeysStack;
    const orders = handlerIn(stack);

    gateway.protect('GET /api/orders/{id}', orders);

    expect(authorizerOf(templateOf(app), 'GET /api/orders/{id}')).toMatchObject(UNCACHED);
  });

  it('tells the authorizer what the route asks, where that is not the usual', () => {
    const { app, stack } = makeApp();
    const { gateway } = stack as SenseiKeysStack;
    const orders = handlerIn(stack);

    gateway.protect('GET /api/orders', orders);
    gateway.protect('POST /api/orders', orders, { cost: 5, scopes: ['orders:write'], explained: true });

    const authorize = ofType(templateOf(app), 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName === 'sensei-keys-authorize',
    );
    expect(JSON.parse(authorize?.Properties.Environment.Variables.ROUTE_TERMS)).toEqual({
      'GET /api/whoami': { cost: 0, explained: true },
      'POST /api/orders': { cost: 5, scopes: ['orders:write'], explained: true },
    });
  });

  it.each([-1, 1.5, Number.NaN])('refuses a cost of %d', (cost) => {
    const { stack } = makeApp();
    expect(() => (stack as SenseiKeysStack).gateway.protect('GET /x', handlerIn(stack), { cost })).toThrow(
      'the cost of GET /x must be a whole number from 0',
    );
  });

  it('takes one call on another stack’s API, which asks the same function', () => {
    const app = new App();
    const stack = new Stack(app, 'Store', { env: { account: '111111111111', region: 'eu-west-1' } });
    const authorize = LambdaFunction.fromFunctionAttributes(stack, 'Authorize', {
      functionArn: AUTHORIZE_ARN,
      sameEnvironment: true,
    });
    const apiKeys = new ApiKeyAuthorizer(stack, 'ApiKeys', { api: new HttpApi(stack, 'Api'), authorize });
    const handler = handlerIn(stack);

    apiKeys.protect('GET /orders', handler);
    apiKeys.protect('POST /orders', handler);

    const template = templateOf(app, 'Store');
    const authorizer = authorizerOf(template, 'GET /orders');
    expect(authorizer).toMatchObject(UNCACHED);
    expect(JSON.stringify(authorizer.AuthorizerUri)).toContain(AUTHORIZE_ARN);
    expect(authorizerOf(template, 'POST /orders')).toBe(authorizer);
    expect(ofType(template, 'AWS::Lambda::Permission').map(({ Properties }) => Properties.FunctionName)).toContain(
      AUTHORIZE_ARN,
    );
  });

  it.each(['/orders', 'get /orders', 'FETCH /orders', 'GET orders', 'GET /orders ', 'GET'])(
    'refuses the route %j',
    (route) => {
      const stack = new Stack(new App(), 'Store');
      const handler = handlerIn(stack);
      const apiKeys = new ApiKeyAuthorizer(stack, 'ApiKeys', { api: new HttpApi(stack, 'Api'), authorize: handler });
      expect(() => apiKeys.protect(route, handler)).toThrow(/must be "METHOD \/path" with one of ANY, DELETE, GET/);
    },
  );
});
