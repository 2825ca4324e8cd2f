import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';
import type { Verdict } from '../metering/verdict.ts';
import { type UsageLine, usageLine } from '../usage/usage-line.ts';
import { keyContext, UNCHECKED } from './key-context.ts';

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

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Where a request comes from, as the gateway saw it: never what a header claims. */
export function sourceIp(event: AuthorizerEvent): string {
  return text(isV2(event) ? event.requestContext?.http?.sourceIp : event.requestContext?.identity?.sourceIp);
}

/** The route that a request matched, `METHOD /path/{parameter}`, in HTTP and REST APIs alike. */
export function routeKeyOf(event: AuthorizerEvent): string {
  return isV2(event) ? text(event.routeKey) : `${text(event.httpMethod)} ${text(event.resource)}`;
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

type Answer = { isAuthorized: boolean; context: Context } | APIGatewayAuthorizerResult;

/** Whether the gateway lets a request pass, in the format of its event: simple for payload 2.0, else an IAM policy. */
function answer(event: AuthorizerEvent, isAuthorized: boolean, context: Context, principalId = 'unknown'): Answer {
  if (isV2(event)) return { isAuthorized, context };
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: isAuthorized ? 'Allow' : 'Deny',
          // One request, one answer: a cached policy for more would skip the check.
          Resource: event.methodArn,
        },
      ],
    },
    context: scalars(context),
  };
}

/**
 * The gateway's answer to a verdict.
 *
 * @param explained lets the refusal of a known key through to the handler, which turns it into an answer.
 */
export function authorizerAnswer(event: AuthorizerEvent, verdict: Verdict, explained: boolean): Answer {
  return answer(event, passes(verdict, explained), { ...keyContext(verdict, explained) }, verdict.key?.keyId);
}

/** Whether a request goes on to the handler: no text that leads to no key does. */
const passes = (verdict: Verdict, explained: boolean): boolean =>
  verdict.allowed || (explained && verdict.refusal.code !== 'invalid_key');

/** What is logged of a call that the authorizer ends, as its context may not reach the access log. */
export function refusedLine(event: AuthorizerEvent, verdict: Verdict, explained: boolean): UsageLine | undefined {
  if (passes(verdict, explained)) return undefined;
  const at = isV2(event) ? event.requestContext?.timeEpoch : event.requestContext?.requestTimeEpoch;
  const requestId = text(event.requestContext?.requestId);
  return usageLine(verdict, { requestId, at, route: routeKeyOf(event), ip: sourceIp(event), status: 403 });
}

/** The gateway's answer where a call of an explained route could not be checked: the handler answers it with 503. */
export const uncheckedAnswer = (event: AuthorizerEvent): Answer => answer(event, true, { ...UNCHECKED });
