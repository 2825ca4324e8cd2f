import type { components } from './schema.d.ts';

/** What went wrong, as the API tells it (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** The gateway says no more than that the token is none. */
const SIGNED_OUT = 'You are no longer signed in.';

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | undefined;
  /** The version that there is, where another was asked to change. */
  readonly etag: string | null;

  constructor(status: number, problem: Problem | undefined, etag: string | null) {
    super(status === 401 ? SIGNED_OUT : (problem?.detail ?? `The service answered ${status}`));
    this.status = status;
    this.problem = problem;
    this.etag = etag;
  }

  /** What is wrong with each field of a form. */
  get fields(): Readonly<Record<string, string>> {
    return Object.fromEntries((this.problem?.errors ?? []).map(({ path, message }) => [path, message]));
  }
}

export const isConflict = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 409;
