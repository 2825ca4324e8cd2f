import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';
import type { Verdict } from '../metering/verdict.ts';
import { keyContext } from './key-context.ts';

export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

const HEADER = 'x-api-key';

const isV2 = (event: AuthorizerEvent): event is APIGatewayRequestAuthorizerEventV2 =>
  'version' in event && event.version === '2.0';

/**
 * The text in the `X-API-Key` header. HTTP APIs write header names in lower case, REST APIs as the caller did. A header
 * sent twice arrives joined by commas, which no key contains.
 */
export function presentedKey({ headers }: AuthorizerEvent): string | undefined {
  if (!headers) return undefined;
  if (headers[HEADER] !== undefined) return headers[HEADER];
  const name = Object.keys(headers).find((candidate) => candidate.toLowerCase() === HEADER);
  return name === undefined ? undefined : headers[name];
}

/** Where a request comes from, as the gateway saw it: never what a header claims. */
export function sourceIp(event: AuthorizerEvent): string {
  const ip = isV2(event) ? event.requestContext?.http?.sourceIp : event.requestContext?.identity?.sourceIp;
  return typeof ip === 'string' ? ip : '';
}

/** The route that a request matched, `METHOD /path/{parameter}`, in HTTP and REST APIs alike. */
export function routeKeyOf(event: AuthorizerEvent): string {
  return isV2(event) ? String(event.routeKey) : `${event.httpMethod} ${event.resource}`;
}

type Context = Readonly<Record<string, unknown>>;

/** A REST API takes only strings, numbers and booleans, and fails the request over anything else. */
const scalars = (context: Context): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      if (Array.isArray(value)) return [[name, value.join(' ')]];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : (value as string)]];
    }),
  );

/**
 * A verdict in the format of the event: simple for payload 2.0, an IAM policy for 1.0 and REST APIs.
 *
 * @param explained lets the refusal of a known key through to the handler, which turns it into an answer.
 */
export function authorizerAnswer(
  event: AuthorizerEvent,
  verdict: Verdict,
  explained: boolean,
): { isAuthorized: boolean; context: Context } | APIGatewayAuthorizerResult {
  const context: Context = { ...keyContext(verdict) };
  const passes = verdict.allowed || (explained && verdict.standing !== undefined);
  if (isV2(event)) return { isAuthorized: passes, context };
  return {
    principalId: verdict.key?.keyId ?? 'unknown',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: passes ? 'Allow' : 'Deny',
          // One request, one answer: a cached policy for more would skip the check.
          Resource: event.methodArn,
        },
      ],
    },
    context: scalars(context),
  };
}
