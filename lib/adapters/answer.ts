import { problemResponse } from '../http/problem.ts';
import { rateLimitHeaders } from '../http/rate-limit-headers.ts';
import { refusalProblem } from '../http/refusal-problem.ts';
import type { RefusedCall, VerifiedKey } from './verification.ts';

/** An HTTP answer, in terms of no framework; names of headers are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the caller of a refused call hears: the same as from a route of the service itself. */
export function refusalAnswer({ rateLimits, ...refused }: RefusedCall, requestId: string): Answer {
  const problem = refusalProblem({ ...refused, standing: { rateLimits } });
  const { statusCode = 500, headers, body = '' } = problemResponse(problem, requestId);
  return { status: statusCode, headers: headers as Record<string, string>, body };
}

/** What the caller of an accepted call has left. */
export const standingHeaders = (key: VerifiedKey): Readonly<Record<string, string>> => rateLimitHeaders(key);
