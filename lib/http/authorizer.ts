import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';
import type { Verdict } from '../metering/verdict.ts';
import { keyContext } from './key-context.ts';

export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

const HEADER = 'x-api-key';

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

type Context = Record<string, unknown>;

/** What the gateway hears of a verdict; the context is for the handler and, its scalar parts, for the access log. */
function contextOf(verdict: Verdict): Context {
  if (verdict.allowed) return { ...keyContext(verdict.key) };
  const { key, refusal } = verdict;
  return { code: refusal.code, ...(key && { keyId: key.keyId, email: key.email }) };
}

/** A REST API takes only strings, numbers and booleans, and fails the request over anything else. */
const scalars = (context: Context): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      return [[name, Array.isArray(value) ? value.join(' ') : (value as string)]];
    }),
  );

/** A verdict in the format of the event: simple for payload 2.0, an IAM policy for 1.0 and REST APIs. */
export function authorizerAnswer(
  event: AuthorizerEvent,
  verdict: Verdict,
): { isAuthorized: boolean; context: Context } | APIGatewayAuthorizerResult {
  const context = contextOf(verdict);
  if ('version' in event && event.version === '2.0') return { isAuthorized: verdict.allowed, context };
  return {
    principalId: String(context.keyId ?? 'unknown'),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: verdict.allowed ? 'Allow' : 'Deny',
          // One request, one answer: a cached policy for more would skip the check.
          Resource: (event as APIGatewayRequestAuthorizerEvent).methodArn,
        },
      ],
    },
    context: scalars(context),
  };
}
