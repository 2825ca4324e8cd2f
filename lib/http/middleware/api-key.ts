import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type KeyContext, verdictContextOf } from '../key-context.ts';
import { problemResponse } from '../problem.ts';
import { rateLimitHeaders } from '../rate-limit-headers.ts';
import { refusalProblem } from '../refusal-problem.ts';

/**
 * For the handler of a route behind the API key authorizer: on an explained route it answers a refused call, so that the
 * handler runs for accepted ones only; and it tells every caller what is left, in headers.
 */
export function apiKey(): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const tell = ({ standing }: KeyContext, response: APIGatewayProxyStructuredResultV2): void => {
    response.headers = { ...response.headers, ...rateLimitHeaders(standing) };
  };
  return {
    before: ({ event }) => {
      const context = verdictContextOf(event);
      if (context.code === 'allowed') return undefined;
      return problemResponse(refusalProblem(context), event.requestContext.requestId);
    },
    after: ({ event, response }) => {
      if (response) tell(verdictContextOf(event), response);
    },
    onError: ({ event, response }) => {
      if (response) tell(verdictContextOf(event), response);
    },
  };
}
