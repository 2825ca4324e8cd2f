import { describe, expect, it } from 'vitest';
import document from '../../docs/openapi.json' with { type: 'json' };
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { OPERATIONS } from '../../lib/http/contract/operations.ts';
import { settingsWith } from './support/settings.ts';
import { ofType, referred, templateWith } from './support/synthesis.ts';

const template = templateWith();
const routes = ofType(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);

/** What stands before a route: its authorization type, and its authorizer's name. */
const guardOf = (route: { AuthorizationType: string; AuthorizerId?: unknown }) => ({
  type: route.AuthorizationType,
  authorizer: route.AuthorizerId && referred(template, route.AuthorizerId).Properties.Name,
});

const GUARDS = {
  user: { type: 'JWT', authorizer: 'SignedIn' },
  admin: { type: 'JWT', authorizer: 'SignedIn' },
  key: { type: 'CUSTOM', authorizer: 'ApiKey' },
  public: { type: 'NONE', authorizer: undefined },
};

describe('the gateway', () => {
  it.each([
    ['GET /api/user/key/{email}', 'user'],
    ['POST /api/user/key', 'user'],
    ['DELETE /api/user/key/{email}', 'user'],
    ['DELETE /api/user/key/{email}/{keyId}', 'user'],
    ['PATCH /api/user/key/{email}/{keyId}', 'user'],
    ['PUT /api/admin/user/{email}/status', 'admin'],
    ['POST /api/admin/user/{email}/view', 'admin'],
    ['POST /api/billing/checkout', 'user'],
    ['PUT /api/user/top-up/{email}', 'user'],
    ['DELETE /api/user/top-up/{email}', 'user'],
    ['POST /api/billing/webhook', 'public'],
    ['POST /api/admin/user/{email}/credits', 'admin'],
    ['GET /api/user/credits/{email}', 'user'],
    ['GET /api/plans', 'public'],
    ['GET /api/admin/users', 'admin'],
    ['POST /api/user/key/{email}/{keyId}/rotate', 'user'],
    ['POST /api/user/key/{email}/{keyId}/end-grace', 'user'],
    ['GET /api/user/events/{email}', 'user'],
    ['GET /api/user/usage/{email}', 'user'],
    ['PUT /api/admin/user/{email}/plan', 'admin'],
    ['GET /api/whoami', 'key'],
    ['GET /api/health', 'public'],
    ['GET /api/openapi.json', 'public'],
  ] as const)('guards %s for access %s', (routeKey, access) => {
    const found = routes.filter((route) => route.RouteKey === routeKey);
    expect(found.map(guardOf)).toEqual([GUARDS[access]]);
  });

  it('leaves no route open but health, plans, the contract, and the webhook, which checks a signature', () => {
    const open = routes.filter((route) => route.AuthorizationType === 'NONE').map((route) => route.RouteKey);
    expect(open.toSorted()).toEqual([
      'GET /api/health',
      'GET /api/openapi.json',
      'GET /api/plans',
      'POST /api/billing/webhook',
    ]);
  });

  it('serves exactly the operations of the HTTP contract, to those it names', () => {
    const contract = OPERATIONS.map(({ method, path, access }) => `${method} ${path} ${access}`);
    expect(ENDPOINTS.map(({ route, access }) => `${route} ${access}`).toSorted()).toEqual(contract.toSorted());
    expect(routes).toHaveLength(ENDPOINTS.length);
  });

  it('has a function of its own behind each route', () => {
    const names = routes.map(({ Target }) => {
      const integration = referred(template, Target['Fn::Join'][1][1]);
      expect(integration.Properties.PayloadFormatVersion).toBe('2.0');
      return referred(template, integration.Properties.IntegrationUri).Properties.FunctionName;
    });
    expect(new Set(names).size).toBe(routes.length);
  });

  it('asks the API key authorizer about every call, by the X-API-Key header, with no verdict cached', () => {
    const [authorizer] = ofType(template, 'AWS::ApiGatewayV2::Authorizer').filter(
      ({ Properties }) => Properties.AuthorizerType === 'REQUEST',
    );
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.X-API-Key'],
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
    });
  });

  it('throttles its one stage, and logs each request to a log group that forgets', () => {
    const [stage, ...others] = ofType(template, 'AWS::ApiGatewayV2::Stage');
    expect(others).toEqual([]);
    expect(stage?.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 250 },
    });
    const logGroup = referred(template, stage?.Properties.AccessLogSettings.DestinationArn);
    expect(logGroup.Properties.RetentionInDays).toBe(14);
  });

  it('logs one flat line of quoted values, the caller’s own text last', () => {
    const [stage] = ofType(template, 'AWS::ApiGatewayV2::Stage');
    const format: string = stage?.Properties.AccessLogSettings.Format;
    expect(format).not.toContain('\n');
    expect(JSON.parse(format)).toEqual({
      requestId: '$context.requestId',
      requestTimeEpoch: '$context.requestTimeEpoch',
      routeKey: '$context.routeKey',
      status: '$context.status',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      sourceIp: '$context.identity.sourceIp',
      keyId: '$context.authorizer.keyId',
      email: '$context.authorizer.email',
      code: '$context.authorizer.code',
      credits: '$context.authorizer.credits',
      alerts: '$context.authorizer.alerts',
      refundable: '$context.authorizer.refundable',
      userAgent: '$context.identity.userAgent',
    });
    expect(Object.keys(JSON.parse(format)).at(-1)).toBe('userAgent');
  });

  it('lets a page of an allowed origin use every method and send and read every header of the contract', () => {
    const ORIGIN = 'https://app.example.com';
    const [api] = ofType(
      templateWith({ stages: settingsWith({ allowedOrigins: [ORIGIN] }) }),
      'AWS::ApiGatewayV2::Api',
    );
    const cors = api?.Properties.CorsConfiguration;
    expect(cors.AllowOrigins).toEqual([ORIGIN]);
    const methods = OPERATIONS.map(({ method }) => method);
    expect(cors.AllowMethods).toEqual(expect.arrayContaining(methods));
    const sent = OPERATIONS.filter(({ access }) => access !== 'public').flatMap(({ headers }) =>
      Object.keys(headers?.shape ?? {}),
    );
    expect(cors.AllowHeaders).toEqual(expect.arrayContaining([...sent, 'authorization', 'content-type', 'x-api-key']));
    const answered = [...Object.keys(document.components.headers), 'ETag'].map((name) => name.toLowerCase());
    expect(cors.ExposeHeaders).toEqual(expect.arrayContaining(answered));
  });

  it('answers no other origin unless the settings name it', () => {
    const [api] = ofType(template, 'AWS::ApiGatewayV2::Api');
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
  });
});
