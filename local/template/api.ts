import type { Authorizer, Cors, LocalApi, LocalRoute } from '../model.ts';
import { functionIn } from './functions.ts';
import { API_ID, type OfType, type Place, type Properties, type Resolved } from './references.ts';

const one = (resources: Resolved[], type: string): Resolved => {
  const [first, ...more] = resources;
  if (!first || more.length > 0) throw new Error(`expected one ${type} in the template, found ${resources.length}`);
  return first;
};

/** Reads the HTTP API with its routes, authorizers and stage. */
export function readApi(ofType: OfType, { region, accountId }: Place): LocalApi {
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
