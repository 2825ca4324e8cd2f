import { ASSUMED } from './assumptions.ts';

/** An answer that the gateway makes itself. HTTP APIs do not let these be customised. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the access log (`$context.authorizer.error`), never for the client. */
  readonly authorizerError?: string;
}

const internal = { status: 500, message: 'Internal Server Error' };

export const REFUSALS = {
  badRequest: { status: 400, message: 'Bad Request' },
  unauthorized: { status: 401, message: 'Unauthorized' },
  forbidden: { status: 403, message: 'Forbidden' },
  notFound: { status: 404, message: 'Not Found' },
  payloadTooLarge: { status: 413, message: 'Request Entity Too Large' },
  headersTooLarge: { status: ASSUMED.headersTooLargeStatus, message: 'Request Header Fields Too Large' },
  internal,
  authorizerFailed: { ...internal, status: ASSUMED.authorizerErrorStatus },
  authorizerTimedOut: { ...internal, status: ASSUMED.authorizerTimeoutStatus },
  serviceUnavailable: { status: 503, message: 'Service Unavailable' },
} as const satisfies Record<string, Refusal>;
