import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { keyContextOf, verdictContextOf } from '../key-context.ts';
import { problemResponse } from '../problem.ts';
import { rateLimitHeaders } from '../rate-limit-headers.ts';
import { refundCall } from '../refund-call.ts';
import { type Refused, refusalProblem } from '../refusal-problem.ts';
import { sunsetHeaders } from '../sunset-headers.ts';

type ApiRequest = Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** An error that no middleware made an answer of becomes the gateway's 500. */
const hasFailed = ({ response }: ApiRequest): boolean => !response || (response.statusCode ?? 200) >= 500;

/**
 * For the handler of a route behind the API key authorizer: on an explained route it answers a refused call, so that the
 * handler runs for accepted ones only; it tells every caller what is left, and of the near end of its secret, in headers; and it gives the credits of a call
 * back that ends in a 5xx. A handler that runs out of time or memory takes it along: such a call stays paid.
 */
export function apiKey(): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const finish = async (request: ApiRequest): Promise<void> => {
    const context = keyContextOf(request.event);
    const { response } = request;
    if (response) {
      const told = {
        ...rateLimitHeaders(context.standing),
        ...sunsetHeaders(context.secretEndsAt, request.event.requestContext.timeEpoch),
      };
      response.headers = { ...response.headers, ...told };
    }
    if (hasFailed(request)) await refundCall(context);
  };
  return {
    before: ({ event }) => {
      const context = verdictContextOf(event);
      if (context.code === 'allowed') return undefined;
      return problemResponse(refusalProblem(context as Refused), event.requestContext.requestId);
    },
    after: finish,
    onError: finish,
  };
}
