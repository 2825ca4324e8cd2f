import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ChangeConflict } from '../../accounts/change-conflict.ts';
import { isUnavailable } from '../../store/unavailable.ts';
import { Problem, problemResponse } from '../problem.ts';

/** What a caller hears of an error; of one that is not meant for callers, nothing but that it happened. */
function publicProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ChangeConflict) {
    return new Problem('conflict', 'The account was changed by others at the same time; try again', { cause: error });
  }
  if (isUnavailable(error)) {
    return new Problem('unavailable', 'The service cannot answer now; try again', {
      cause: error,
      headers: { 'retry-after': '1' },
    });
  }
  return new Problem('internal', 'The request failed; its id finds the reason in the log', { cause: error });
}

/** The one place where errors become HTTP. What is no answer to the caller's own request is logged whole. */
export const problemDetails = (): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    const problem = publicProblem(request.error);
    if (problem !== request.error) console.error(request.error);
    request.response = problemResponse(problem, request.event.requestContext.requestId);
  },
});
