import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/**
 * One line for each request, when it is answered; not for a call that `apiKey()` refuses, of which the access log tells.
 * Lambda writes it as JSON with time, level and the invocation's id (logging format JSON). Only the named fields are logged,
 * never headers or bodies.
 */
export function requestLog(
  operation: string,
  clock: () => number,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  let startedAt = 0;
  const log = (event: APIGatewayProxyEventV2, status: number | undefined) =>
    console.info({ operation, status, ms: clock() - startedAt, apiRequestId: event.requestContext.requestId });
  return {
    before: () => {
      startedAt = clock();
    },
    after: ({ event, response }) => log(event, response?.statusCode),
    onError: ({ event, response }) => log(event, response?.statusCode),
  };
}
