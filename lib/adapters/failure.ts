import { withoutSecrets } from '../keys/redaction.ts';

/** Seconds after which it may be worth to ask again, where nobody says otherwise. */
const RETRY_AFTER = 1;
const REASON_LENGTH = 300;

/** Why a call could not be verified, for the log of the backend: its callers hear only that they may come back. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Seconds. */
  readonly retryAfter: number;

  constructor(reason: string, retryAfter = RETRY_AFTER) {
    super(reason);
    this.retryAfter = retryAfter;
  }

  /** The failure behind whatever `fetch` threw. Texts of others are cut, and rid of keys. */
  static of(error: unknown, timeoutMs: number): Failure {
    if (error instanceof Failure) return error;
    const { name = 'Error', message = String(error) } = (error ?? {}) as Partial<Error>;
    if (name === 'TimeoutError') return new Failure(`no answer within ${timeoutMs} ms`);
    const code = codesOf(error).join(', ');
    return new Failure(shown(code ? `${message} (${code})` : `${name}: ${message}`));
  }
}

const shown = (text: string): string => withoutSecrets(text).replace(/\s+/g, ' ').slice(0, REASON_LENGTH);

/** What each status says of the backend's own key or its settings, as nothing else can be the reason. */
const MISCONFIGURED: Readonly<Record<number, string>> = {
  400: 'the request was refused',
  401: "this backend's own key was refused",
  402: "the account of this backend's own key has no credits",
  403: "this backend's own key was refused; it must be known, and have the scope keys:verify",
  404: 'there is no POST /api/keys/verify; is the URL right?',
  429: "the rate limit or quota of this backend's own key is used up",
};

/** The failure that an answer other than 200 is. */
export function failureOf(status: number, headers: Headers, body: string): Failure {
  const reason = MISCONFIGURED[status] ?? 'the service did not answer as it should';
  const told = shown(detailOf(body));
  const seconds = headers.get('retry-after') ?? '';
  return new Failure(
    `${reason} (${status}${told && `: ${told}`})`,
    /^\d{1,6}$/.test(seconds) ? Number(seconds) : undefined,
  );
}

/** What a problem says: its code and detail, and each field that failed. */
function detailOf(body: string): string {
  try {
    const { code, detail, message, errors = [] } = JSON.parse(body);
    const fields = (errors as { path: string; message: string }[]).map((error) => `${error.path}: ${error.message}`);
    return [code, detail ?? message, ...fields].filter(Boolean).join('; ');
  } catch {
    return '';
  }
}

/** Errors before the first byte could be sent: of a connection, or of the name of its host. */
const BEFORE_SENDING: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

interface SystemError {
  readonly code?: string;
  readonly cause?: unknown;
  /** Of a host with several addresses: one for each. */
  readonly errors?: readonly unknown[];
}

function codesOf(error: unknown): string[] {
  const { code, cause, errors } = (error ?? {}) as SystemError;
  if (cause) return codesOf(cause);
  if (errors) return errors.flatMap(codesOf);
  return typeof code === 'string' ? [code] : [];
}

/** Tells whether a request certainly did not reach the service. */
export function notSent(error: unknown): boolean {
  const codes = codesOf(error);
  return codes.length > 0 && codes.every((code) => BEFORE_SENDING.has(code));
}
