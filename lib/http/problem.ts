import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Every error a caller can meet: its code, status and title (RFC 9457). */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'Invalid request' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  invalid_key: { status: 401, title: 'Invalid key' },
  key_revoked: { status: 401, title: 'Key revoked' },
  key_disabled: { status: 401, title: 'Key disabled' },
  key_expired: { status: 401, title: 'Key expired' },
  insufficient_credits: { status: 402, title: 'Insufficient credits' },
  forbidden: { status: 403, title: 'Forbidden' },
  account_suspended: { status: 403, title: 'Account suspended' },
  ip_denied: { status: 403, title: 'Address not allowed' },
  scope_denied: { status: 403, title: 'Scope not granted' },
  environment_denied: { status: 403, title: 'Environment not allowed' },
  not_found: { status: 404, title: 'Not found' },
  key_limit_reached: { status: 409, title: 'Key limit reached' },
  conflict: { status: 409, title: 'Conflict' },
  rate_limited: { status: 429, title: 'Rate limited' },
  quota_exceeded: { status: 429, title: 'Quota exceeded' },
  daily_credits_spent: { status: 429, title: "Key's daily credits spent" },
  not_configured: { status: 501, title: 'Not configured' },
  internal: { status: 500, title: 'Internal server error' },
  unavailable: { status: 503, title: 'Unavailable' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One field that fails its schema; an empty path is the whole. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

interface ProblemOptions extends ErrorOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error meant for the caller. Its detail says what was wrong, what was given and what is allowed, never a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, { errors, headers = {}, ...options }: ProblemOptions = {}) {
    super(detail, options);
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}

/** A request whose fields fail: the detail counts them, the list names each. */
export const invalidRequest = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid_request', `${errors.length} ${errors.length === 1 ? 'field is' : 'fields are'} invalid`, {
    errors,
  });

/** A problem as `application/problem+json`. */
export function problemResponse(problem: Problem, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { status, title } = PROBLEMS[problem.code];
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
    body: JSON.stringify({
      type: `urn:sensei-keys:problem:${problem.code}`,
      title,
      status,
      detail: problem.message,
      code: problem.code,
      requestId,
      ...(problem.errors && { errors: problem.errors }),
    }),
  };
}
