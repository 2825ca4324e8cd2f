import type { LambdaAuthorizer, LocalApi } from '../model.ts';
import type { GatewayRequest } from './request.ts';
import type { RouteMatch } from './router.ts';

/** One request on its way to a route. Events are JSON: a field that is `undefined` here is absent there. */
export interface Routed {
  readonly api: LocalApi;
  readonly request: GatewayRequest;
  readonly match: RouteMatch;
}

/** `requestContext.authorizer` of an integration's event. */
export type AuthorizerContext =
  | { readonly jwt: { readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null } }
  | { readonly lambda: Readonly<Record<string, unknown>> | null };

/** Media types whose bodies reach the function as text; every other body is base64, and so is one of no type. */
const TEXT_BODY = /^\s*(?:text\/[^;\s]+|application\/(?:json|xml|javascript))\s*(?:;|$)/i;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Common Log Format, UTC: `10/Jul/2026:19:19:05 +0000`. */
export function clfTime(epochMs: number): string {
  const at = new Date(epochMs);
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
}

/** ARN of the request on its route, with the path as requested. */
export function routeArn({ api, request }: Routed): string {
  const resource = `${api.stage}/${request.method}/${request.path.replace(/^\//, '')}`;
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${resource}`;
}

/** The event of a Lambda proxy integration, payload format 2.0. */
export function integrationEvent(routed: Routed, body: Buffer, authorizer?: AuthorizerContext) {
  const isText = TEXT_BODY.test(routed.request.headers['content-type'] ?? '');
  return {
    version: '2.0',
    ...commonFields(routed, authorizer),
    body: body.length > 0 ? body.toString(isText ? 'utf8' : 'base64') : undefined,
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The event of a REQUEST authorizer, in the payload format that it asks for. */
export function authorizerEvent(authorizer: LambdaAuthorizer, routed: Routed, identity: readonly string[]) {
  if (authorizer.payloadFormatVersion === '1.0') return authorizerEventV1(routed, identity);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: routeArn(routed),
    identitySource: orAbsent(identity),
    ...commonFields(routed),
  };
}

function authorizerEventV1(routed: Routed, identity: readonly string[]) {
  const { api, request, match } = routed;
  const resource = match.route.routeKey.replace(/^[A-Z]+ /, '');
  const identitySource = identity.length > 0 ? identity.join(',') : undefined;
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: routeArn(routed),
    identitySource,
    authorizationToken: identitySource,
    resource,
    path: request.path,
    httpMethod: request.method,
    headers: { ...request.headers, ...(request.cookies.length > 0 && { cookie: request.cookies.join('; ') }) },
    queryStringParameters: request.query,
    pathParameters: match.pathParameters,
    stageVariables: {},
    requestContext: {
      path: request.path,
      accountId: api.accountId,
      resourceId: match.route.routeKey,
      stage: api.stage,
      requestId: request.requestId,
      identity: { sourceIp: request.sourceIp, userAgent: request.userAgent },
      resourcePath: resource,
      httpMethod: request.method,
      apiId: api.apiId,
    },
  };
}

function commonFields({ api, request, match }: Routed, authorizer?: AuthorizerContext) {
  return {
    routeKey: match.route.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    cookies: orAbsent(request.cookies),
    headers: request.headers,
    queryStringParameters: orAbsent(request.query),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      authorizer,
      domainName: request.host,
      domainPrefix: request.host.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.userAgent,
      },
      requestId: request.requestId,
      routeKey: match.route.routeKey,
      stage: api.stage,
      time: clfTime(request.receivedAt),
      timeEpoch: request.receivedAt,
    },
    pathParameters: orAbsent(match.pathParameters),
  };
}

function orAbsent<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
