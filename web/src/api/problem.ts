import type { components } from './schema.d.ts';

/** What went wrong, as the API tells it (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** The gateway says no more than that the token is none. */
const SIGNED_OUT = 'You are no longer signed in.';

/** What was wrong, and with which fields. */
const textOf = (problem: Problem | undefined): string | undefined =>
  problem &&
  [problem.detail, ...(problem.errors ?? []).map(({ path, message }) => (path ? `${path}: ${message}` : message))].join(
    '\n',
  );

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | undefined;
  /** The version that there is, where another was asked to change. */
  readonly etag: string | null;

  constructor(status: number, problem: Problem | undefined, etag: string | null) {
    super(status === 401 ? SIGNED_OUT : (textOf(problem) ?? `The service answered ${status}`));
    this.status = status;
    this.problem = problem;
    this.etag = etag;
  }

  /** What is wrong with each field of a form. */
  get fields(): Readonly<Record<string, string>> {
    return Object.fromEntries((this.problem?.errors ?? []).map(({ path, message }) => [path, message]));
  }
}

/** What is wrong with each field, if that is what an error tells. */
export const fieldsOf = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof ApiError ? error.fields : {};

/** Somebody else has changed it meanwhile: no other refusal tells the version that there is. */
export const isConflict = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status === 409 && error.etag !== null;
