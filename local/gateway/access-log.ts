import type { LocalApi } from '../model.ts';
import { ASSUMED } from './assumptions.ts';
import { clfTime } from './event.ts';
import type { Refusal } from './refusals.ts';
import type { GatewayRequest } from './request.ts';

/** All that is known of a request once it is answered. Latencies are in milliseconds. */
export interface Answered {
  readonly api: LocalApi;
  readonly request: GatewayRequest;
  readonly status: number;
  readonly responseLength: number;
  readonly responseLatency: number;
  readonly routeKey?: string | undefined;
  readonly refusal?: Refusal | undefined;
  readonly authorizerValues?: ReadonlyMap<string, string> | undefined;
  readonly integration?:
    | { readonly latency: number; readonly status?: number | undefined; readonly error?: string | undefined }
    | undefined;
}

/**
 * One line of the access log: the format with each `$context.` variable replaced, as text, in a single pass.
 *
 * Values are escaped as the inside of a JSON string (quotes, backslashes, control characters), since clients choose
 * some of them, such as the user agent: in a JSON format none can end its string, add a field or begin a new line.
 *
 * Source: API Gateway developer guide, "Customizing HTTP API access logs".
 */
export function accessLogLine(format: string, answered: Answered): string {
  const values = contextValues(answered);
  return format.replace(/\$context\.([\w-]+(?:\.[\w:-]+)*)/g, (_variable, name: string) => {
    // Documented as quoted already.
    if (name === 'error.messageString') return JSON.stringify(values.get('error.message') ?? ASSUMED.missingLogValue);
    const value = values.get(name);
    return value === undefined ? ASSUMED.missingLogValue : JSON.stringify(value).slice(1, -1);
  });
}

function contextValues(answered: Answered): ReadonlyMap<string, string> {
  const { api, request, refusal, integration } = answered;
  const invoked = integration && integration.error === undefined ? 200 : undefined;
  const values: Record<string, string | number | undefined> = {
    accountId: api.accountId,
    apiId: api.apiId,
    'authorizer.error': refusal?.authorizerError,
    domainName: request.host,
    domainPrefix: request.host.split('.')[0],
    'error.message': refusal?.message,
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.userAgent || undefined,
    integrationErrorMessage: integration?.error,
    'integration.error': integration?.error,
    integrationLatency: integration?.latency,
    'integration.latency': integration?.latency,
    // The status of the call to Lambda; the function's own is `integration.status`.
    integrationStatus: invoked,
    'integration.integrationStatus': invoked,
    'integration.status': integration?.status,
    path: request.path,
    protocol: 'HTTP/1.1',
    requestId: request.requestId,
    requestTime: clfTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt,
    responseLatency: answered.responseLatency,
    responseLength: answered.responseLength,
    routeKey: answered.routeKey,
    stage: api.stage,
    status: answered.status,
  };
  const known = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const authorizer = [...(answered.authorizerValues ?? [])].map(
    ([name, value]) => [`authorizer.${name}`, value] as const,
  );
  return new Map([...authorizer, ...known]);
}
