import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { ApiKeyAuthorizer } from '../../infra/api-key-authorizer.ts';
import type { SenseiKeysStack } from '../../infra/stack.ts';
import { holds } from './support/iam-condition.ts';
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
      'POST /api/keys/verify': { cost: 0, scopes: ['keys:verify'], explained: true },
      'POST /api/orders': { cost: 5, scopes: ['orders:write'], explained: true },
    });
  });

  it.each([
    ['an explained route that costs credits may give them back', { explained: true, cost: 2 }, true],
    ['a route without the apiKey() middleware may not', { cost: 2 }, false],
    ['a free route has nothing to give back', { explained: true, cost: 0 }, false],
  ])('the handler of %s', (_, terms, may) => {
    const { app, stack } = makeApp();
    const orders = handlerIn(stack);
    (stack as SenseiKeysStack).gateway.protect('POST /api/orders', orders, terms);

    const template = templateOf(app);
    const policies = ofType(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('OrdersRole'),
    );
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const handler = Object.entries(template.resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('Orders'),
    );
    const variables = Object.keys(handler?.[1].Properties.Environment?.Variables ?? {});
    expect(variables.includes('USER_PREFERENCES_TABLE')).toBe(may);
    expect(statements).toHaveLength(may ? 1 : 0);
    if (!may) return;
    const [{ Action, Condition }] = statements;
    expect(Action).toBe('dynamodb:UpdateItem');
    const permits = (...names: string[]) => holds(Condition, { 'dynamodb:Attributes': ['email', 'record', ...names] });
    expect(permits('I0iv4', 'c', 'r')).toBe(true);
    for (const other of ['v', 's', 'p', 'k0', 'n0', 'P0abc', 'secrets', 'revokedAt'])
      expect(permits(other)).toBe(false);
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
