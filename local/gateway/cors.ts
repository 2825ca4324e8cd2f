import type { Cors } from '../model.ts';
import type { GatewayRequest } from './request.ts';
import type { HttpResponse } from './response.ts';

/** A preflight, as the Fetch standard defines it: OPTIONS with an origin and the method it asks for. */
export function isPreflight(request: GatewayRequest): boolean {
  const { origin, 'access-control-request-method': method } = request.headers;
  return request.method === 'OPTIONS' && origin !== undefined && method !== undefined;
}

/** The gateway's own answer to a preflight, whatever routes there are. An origin not allowed gets no CORS header. */
export function preflightResponse(cors: Cors, request: GatewayRequest): HttpResponse {
  const common = originHeaders(cors, request.headers.origin);
  const headers = common && {
    ...common,
    ...listHeader('access-control-allow-methods', cors.allowMethods),
    ...listHeader('access-control-allow-headers', cors.allowHeaders),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
  return { status: 204, headers: headers ?? {}, body: Buffer.alloc(0) };
}

/** Puts the configured CORS headers in the place of whatever the function set. */
export function withCors(cors: Cors, request: GatewayRequest, response: HttpResponse): HttpResponse {
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const common = originHeaders(cors, request.headers.origin);
  const added = common && { ...common, ...listHeader('access-control-expose-headers', cors.exposeHeaders) };
  return { ...response, headers: { ...Object.fromEntries(own), ...added } };
}

function originHeaders(cors: Cors, origin: string | undefined): Record<string, string> | undefined {
  if (origin === undefined || !cors.allowOrigins.some((allowed) => originMatches(allowed, origin))) return undefined;
  return {
    'access-control-allow-origin': cors.allowOrigins.includes('*') ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** An allowed origin is exact, `*`, or any of one scheme: `https://*`. */
function originMatches(allowed: string, origin: string): boolean {
  if (allowed === '*' || allowed === origin) return true;
  return allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1));
}

function listHeader(name: string, values: readonly string[]): Record<string, string> {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}
